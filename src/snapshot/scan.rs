//! A scanner that checks JSON text byte by byte, without recursion and without building anything. It
//! is stricter than JSON in one thing: no object may have a key twice.

use super::error::{Fault, Reason};
use super::keys::Keys;
use super::skip::{Span, find_stop, skip, skip_space, unquote};

/// The containers a value is in, innermost last, as bits: 1 is an object.
#[derive(Default)]
struct Nest {
    objects: u128,
    depth: u32,
}

impl Nest {
    fn push(&mut self, object: bool) {
        self.objects = self.objects << 1 | u128::from(object);
        self.depth += 1;
    }

    fn pop(&mut self) {
        self.objects >>= 1;
        self.depth -= 1;
    }

    /// Whether the innermost container is an object, if there is one.
    fn in_object(&self) -> Option<bool> {
        (self.depth > 0).then_some(self.objects & 1 == 1)
    }
}

/// A number of so many characters without an exponent is never too large.
const DIGITS: usize = 300;

/// Reads JSON from `pos` on and checks every byte of it.
pub(super) struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    /// Deepest nesting, the outermost container counted as 1; at most 128.
    max_depth: u32,
    /// Containers opened by [`Scanner::object`] and [`Scanner::array`].
    depth: u32,
    /// Keys of the objects that are open.
    keys: Keys,
    /// How many escapes there were so far.
    escapes: usize,
}

impl<'a> Scanner<'a> {
    /// Scans `text` from `start` up to `end`; positions stay those of `text`.
    pub(super) fn new(text: &'a str, start: usize, end: usize, max_depth: u32) -> Scanner<'a> {
        let bytes = text.as_bytes();
        let bytes = bytes.get(..end).unwrap_or(bytes);
        let keys = Keys::default();
        Scanner { text, bytes, pos: start, max_depth, depth: 0, keys, escapes: 0 }
    }

    /// Calls `each` with every key (in its quotes) of the object that stands here, before its value,
    /// which `each` must read.
    pub(super) fn object(
        &mut self,
        mut each: impl FnMut(&mut Self, &'a str, usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.open(b'{', "expected `{`")?;
        self.keys.open();
        if self.close(b'}') {
            return self.check_keys();
        }
        loop {
            self.space();
            let key = self.key()?;
            self.space();
            each(self, key.of(self.text), key.start as usize)?;
            if self.close(b'}') {
                return self.check_keys();
            }
            self.expect(b',', "expected `,` or `}`")?;
        }
    }

    /// Calls `each` at every element of the array that stands here; `each` must read it.
    pub(super) fn array(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.open(b'[', "expected `[`")?;
        if self.close(b']') {
            return Ok(());
        }
        loop {
            self.space();
            each(self)?;
            if self.close(b']') {
                return Ok(());
            }
            self.expect(b',', "expected `,` or `]`")?;
        }
    }

    /// Steps over a value without a check; the caller must have it checked.
    pub(super) fn unchecked(&mut self) -> Result<Span, Fault> {
        let start = self.pos;
        match skip(self.bytes, start) {
            Some(end) if end > start => self.pos = end,
            Some(_) => return Err(self.fault("expected a value")),
            None => return Err(Fault::new(self.bytes.len(), Reason::Ends)),
        }
        Ok(Span::new(start, self.pos))
    }

    /// A value of any kind.
    pub(super) fn value(&mut self) -> Result<Span, Fault> {
        let start = self.pos;
        let mut nest = Nest::default();
        loop {
            if self.opens(&mut nest)? {
                if !self.closes(&nest) {
                    self.enter_value(&nest)?;
                    continue;
                }
            } else {
                self.scalar()?;
            }
            if !self.next_value(&mut nest)? {
                return Ok(Span::new(start, self.pos));
            }
        }
    }

    /// Steps into the container that begins here, if one does.
    fn opens(&mut self, nest: &mut Nest) -> Result<bool, Fault> {
        let object = match self.peek() {
            Some(b'{') => true,
            Some(b'[') => false,
            _ => return Ok(false),
        };
        self.check_depth(nest.depth)?;
        nest.push(object);
        if object {
            self.keys.open();
        }
        self.pos += 1;
        self.space();
        Ok(true)
    }

    /// Whether the innermost container ends here.
    fn closes(&self, nest: &Nest) -> bool {
        self.peek() == nest.in_object().map(|object| if object { b'}' } else { b']' })
    }

    /// From the end of a value (or an empty container's inside) to the next one; false after the last.
    fn next_value(&mut self, nest: &mut Nest) -> Result<bool, Fault> {
        while let Some(object) = nest.in_object() {
            self.space();
            if self.closes(nest) {
                self.pos += 1;
                nest.pop();
                if object {
                    self.check_keys()?;
                }
                continue;
            }
            self.expect(b',', if object { "expected `,` or `}`" } else { "expected `,` or `]`" })?;
            self.space();
            self.enter_value(nest)?;
            return Ok(true);
        }
        Ok(false)
    }

    /// To where the next value of the innermost container begins: past the key, if it has keys.
    fn enter_value(&mut self, nest: &Nest) -> Result<(), Fault> {
        if nest.in_object() == Some(true) {
            self.key()?;
            self.space();
        }
        Ok(())
    }

    fn scalar(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.string().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(self.fault("expected a value")),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Fault> {
        for byte in word.bytes() {
            self.expect(byte, "expected a value")?;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.pos;
        if self.peek() == Some(b'-') {
            self.pos += 1;
        }
        if self.peek() == Some(b'0') {
            self.pos += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.pos += 1;
            self.digits()?;
        }
        let exponent = matches!(self.peek(), Some(b'e' | b'E'));
        if exponent {
            self.pos += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.pos += 1;
            }
            self.digits()?;
        }
        // Other readers refuse what is too large; few numbers can be.
        if exponent || self.pos - start > DIGITS {
            let number = self.text.get(start..self.pos).and_then(|text| text.parse::<f64>().ok());
            if !number.is_some_and(f64::is_finite) {
                return Err(Fault::new(start, Reason::Syntax("the number is too large")));
            }
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.pos;
        while let Some(b'0'..=b'9') = self.peek() {
            self.pos += 1;
        }
        if self.pos == start { Err(self.fault("expected a digit")) } else { Ok(()) }
    }

    /// A key of the innermost open object, and its colon; gives the key in its quotes.
    fn key(&mut self) -> Result<Span, Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.fault("expected a key in quotes"));
        }
        let escapes = self.escapes;
        let key = self.string()?;
        self.keys.add(self.text, key, self.escapes != escapes);
        self.space();
        self.expect(b':', "expected `:`")?;
        Ok(key)
    }

    /// At the end of an object: that no key stood there twice.
    fn check_keys(&mut self) -> Result<(), Fault> {
        let Some(twin) = self.keys.close(self.text) else { return Ok(()) };
        let key = unquote(twin.of(self.text)).into_owned();
        Err(Fault::new(twin.start as usize, Reason::RepeatedKey(key)))
    }

    /// A string, with its quotes.
    pub(super) fn string(&mut self) -> Result<Span, Fault> {
        let start = self.pos;
        self.expect(b'"', "expected a string")?;
        loop {
            self.pos = find_stop(self.bytes, self.pos).unwrap_or(self.bytes.len());
            match self.peek() {
                Some(b'"') => {
                    self.pos += 1;
                    return Ok(Span::new(start, self.pos));
                }
                Some(b'\\') => self.escape()?,
                _ => return Err(self.fault("control character in a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        let start = self.pos;
        self.escapes += 1;
        self.pos += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.pos += 1,
            Some(b'u') => {
                let paired = match self.unit()? {
                    0xD800..=0xDBFF => {
                        self.expect(b'\\', "half of a surrogate pair")?;
                        matches!(self.unit()?, 0xDC00..=0xDFFF)
                    }
                    unit => !matches!(unit, 0xDC00..=0xDFFF),
                };
                if !paired {
                    return Err(Fault::new(start, Reason::Syntax("half of a surrogate pair")));
                }
            }
            _ => return Err(self.fault("unknown escape")),
        }
        Ok(())
    }

    /// `u` and four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Fault> {
        self.expect(b'u', "half of a surrogate pair")?;
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            unit =
                unit << 4 | digit.ok_or_else(|| self.fault("expected four hexadecimal digits"))?;
            self.pos += 1;
        }
        Ok(unit)
    }

    /// Whitespace, and then the end.
    pub(super) fn end(&mut self, of: &'static str) -> Result<(), Fault> {
        self.space();
        if self.pos < self.bytes.len() {
            return Err(Fault::new(self.pos, Reason::Trailing(of)));
        }
        Ok(())
    }

    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    pub(super) fn space(&mut self) {
        self.pos = skip_space(self.bytes, self.pos);
    }

    fn open(&mut self, byte: u8, expected: &'static str) -> Result<(), Fault> {
        self.space();
        self.check_depth(0)?;
        self.expect(byte, expected)?;
        self.depth += 1;
        Ok(())
    }

    fn close(&mut self, byte: u8) -> bool {
        self.space();
        let closes = self.peek() == Some(byte);
        if closes {
            self.pos += 1;
            self.depth -= 1;
        }
        closes
    }

    fn check_depth(&self, inner: u32) -> Result<(), Fault> {
        if self.depth + inner >= self.max_depth {
            return Err(Fault::new(self.pos, Reason::TooDeep(self.max_depth)));
        }
        Ok(())
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.fault(expected));
        }
        self.pos += 1;
        Ok(())
    }

    /// What is wrong here: the end of the text, else that `expected` is not there.
    fn fault(&self, expected: &'static str) -> Fault {
        let ended = self.pos >= self.bytes.len();
        Fault::new(self.pos, if ended { Reason::Ends } else { Reason::Syntax(expected) })
    }
}
