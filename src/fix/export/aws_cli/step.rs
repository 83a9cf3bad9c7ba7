//! Commands of the AWS CLI as bash has them: calls, what they hang on, and how they are quoted.
//!
//! Whatever comes from outside stands in JSON inside single quotes, of which neither bash nor the AWS
//! CLI takes any part for its own: no option, no `file://`, no expansion.
//! <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html>

use std::fmt::Write;

use serde_json::Value;

use super::helpers::Helper;

/// Longest call in one line.
const WIDTH: usize = 120;

/// What a script keeps of answers, for calls after it.
const VARIABLES: [&str; 3] = ["monitor", "runtime", "subscription"];

/// Begins a text in a request that stands for a variable; no name of AWS's holds such signs.
const TEXT: char = '\u{1}';

/// Stands in a request for the text that a variable holds.
pub fn text_of(variable: &str) -> Value {
    Value::from(format!("{TEXT}{variable}"))
}

/// A call of one operation.
#[derive(Clone, Debug)]
pub struct Call {
    /// Service and operation, as the CLI names them: `sns create-topic`.
    pub command: &'static str,
    /// Region whose endpoint is asked.
    pub region: String,
    /// Members of the request.
    pub input: Value,
    /// Further words of the command line, as bash reads them.
    pub more: String,
}

/// A question that a branch hangs on.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The function that asks.
    pub helper: Helper,
    /// What it looks for: an error's code, a line of the answer.
    pub word: String,
    /// The question.
    pub call: Call,
}

/// A piece of a script.
#[derive(Clone, Debug)]
pub enum Step {
    /// A call that changes something.
    Write {
        /// The call.
        call: Call,
        /// Pattern of errors that say "not yet"; empty: none.
        not_yet: &'static str,
        /// Code and words of the error that says "it is so already"; empty: none.
        settled: (&'static str, &'static str),
    },
    /// One thing or the other.
    Either {
        /// Which.
        ask: Ask,
        /// What is done if so.
        yes: Vec<Step>,
        /// What is done otherwise.
        no: Vec<Step>,
    },
    /// Keeps what a question is answered, under a name of [`VARIABLES`].
    Let {
        /// The name.
        name: &'static str,
        /// The question; its answer is text.
        call: Call,
    },
    /// Puts a source into the archive `$folder/code.zip`.
    Pack {
        /// Its name there.
        file: &'static str,
        /// The source.
        source: String,
    },
    /// Ends the script with these words.
    Refuse(String),
}

impl Step {
    /// A call that is made once.
    pub fn write(call: Call) -> Step {
        Step::Write { call, not_yet: "", settled: ("", "") }
    }

    /// A call that is repeated while its error says "not yet".
    pub fn patient(call: Call, not_yet: &'static str) -> Step {
        Step::Write { call, not_yet, settled: ("", "") }
    }
}

impl Call {
    /// The command, its first line after `before`, further ones indented by `indent`.
    fn text(&self, indent: usize, before: &str) -> String {
        let mut text = format!("{before}aws {} --region {}", self.command, word(&self.region));
        if !self.more.is_empty() {
            let _ = write!(text, " {}", self.more);
        }
        if self.input.as_object().is_some_and(|members| members.is_empty()) {
            return text;
        }
        let short = format!("--cli-input-json {}", json(&self.input.to_string()));
        if indent + text.len() + 1 + short.len() <= WIDTH {
            return format!("{text} {short}");
        }
        let pad = " ".repeat(indent + 2);
        if pad.len() + short.len() <= WIDTH {
            return format!("{text} \\\n{pad}{short}");
        }
        let long = serde_json::to_string_pretty(&self.input).unwrap_or_default();
        format!("{text} \\\n{pad}--cli-input-json {}", json(&long))
    }
}

/// The script of these steps, and the functions that it uses.
pub fn script(steps: &[Step], indent: usize, helpers: &mut Vec<Helper>) -> String {
    let pad = " ".repeat(indent);
    let mut text = String::new();
    for step in steps {
        let _ = match step {
            Step::Write { call, not_yet, settled } => {
                let command = writing(call, indent, not_yet, *settled, helpers);
                writeln!(text, "{pad}{command}")
            }
            Step::Either { ask, yes, no } => {
                helpers.push(ask.helper);
                let (not, first, second) =
                    if yes.is_empty() { ("! ", no, yes) } else { ("", yes, no) };
                let before = format!("if {not}{} {} ", ask.helper.name(), word(&ask.word));
                let _ = writeln!(text, "{pad}{}; then", ask.call.text(indent, &before));
                text.push_str(&script(first, indent + 2, helpers));
                if !second.is_empty() {
                    let _ = writeln!(text, "{pad}else");
                    text.push_str(&script(second, indent + 2, helpers));
                }
                writeln!(text, "{pad}fi")
            }
            Step::Let { name, call } => {
                let command = call.text(indent, &format!("{name}=$("));
                writeln!(text, "{pad}{command})")
            }
            Step::Pack { file, source } => write!(text, "{}", pack(file, source)),
            Step::Refuse(words) => {
                writeln!(text, "{pad}say {}\n{pad}exit 1", word(words))
            }
        };
    }
    text
}

fn writing(
    call: &Call,
    indent: usize,
    not_yet: &str,
    (code, words): (&str, &str),
    helpers: &mut Vec<Helper>,
) -> String {
    let mut before = String::new();
    if !code.is_empty() {
        helpers.push(Helper::Settled);
        let _ = write!(before, "{} {} {} ", Helper::Settled.name(), word(code), word(words));
    }
    if !not_yet.is_empty() {
        helpers.push(Helper::Retry);
        let _ = write!(before, "{} {} ", Helper::Retry.name(), word(not_yet));
    }
    // Those two keep the answer to themselves.
    let after = if before.is_empty() { " > /dev/null" } else { "" };
    format!("{}{after}", call.text(indent, &before))
}

/// Only the commands, to be typed by hand: those for what exists, or else for what does not.
pub fn commands(steps: &[Step], exists: bool) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Write { call, .. } => {
                text.push_str(&call.text(0, ""));
                text.push('\n');
            }
            // The question is the change, and its answer tells whether all of it was done.
            Step::Either { ask, yes, no } if yes.is_empty() && is_refusal(no) => {
                text.push_str(&ask.call.text(0, ""));
                text.push('\n');
            }
            Step::Either { yes, no, .. } => {
                // Where there is nothing to do if so, the question is only whether it is done already.
                let known = if exists && !yes.is_empty() { yes } else { no };
                text.push_str(&commands(known, exists));
            }
            Step::Let { name, call } => {
                let _ = writeln!(text, "{})", call.text(0, &format!("{name}=$(")));
            }
            Step::Pack { file, source } => {
                text.push_str("folder=$(mktemp -d)\n");
                text.push_str(&pack(file, source));
            }
            Step::Refuse(_) => {}
        }
    }
    text
}

fn is_refusal(steps: &[Step]) -> bool {
    matches!(steps, [Step::Refuse(_)])
}

/// Packs the file into the archive that `audit fix --apply` makes, byte for byte: by its hash a function
/// is known to run this code.
const PACK: &str = r#" <<'END_OF_PACKING'
import sys, zipfile
folder, name = sys.argv[1:]
entry = zipfile.ZipInfo(name)
entry.create_system, entry.create_version, entry.extract_version = 3, 10, 10
entry.external_attr = 0o100644 << 16
with open(folder + "/code.py", "rb") as code, zipfile.ZipFile(folder + "/code.zip", "w") as archive:
    archive.writestr(entry, code.read())
END_OF_PACKING
"#;

/// Writes the source as it is, whatever it holds, and packs it.
fn pack(file: &str, source: &str) -> String {
    let mut end = "END_OF_CODE".to_owned();
    while source.lines().any(|line| line == end) {
        end.push('_');
    }
    let source = source.strip_suffix('\n').unwrap_or(source);
    let pack = format!("python3 - \"$folder\" {}{PACK}", word(file));
    format!("cat > \"$folder/code.py\" <<'{end}'\n{source}\n{end}\n{pack}")
}

/// A JSON document as one word of bash: what bash or a terminal might take for its own is escaped as
/// JSON does it.
fn json(document: &str) -> String {
    let mut text = String::with_capacity(document.len() + 2);
    text.push('\'');
    for c in document.chars() {
        match c {
            '\n' | ' '..='~' if !matches!(c, '\'' | '$' | '`') => text.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.push('\'');
    filled(text)
}

/// A quoted document with variables in the place of what stands for them: the quotes end before each and
/// begin again behind it.
fn filled(mut text: String) -> String {
    for name in VARIABLES {
        text = text.replace(&format!("\"\\u0001{name}\""), &format!("\"'\"${name}\"'\""));
    }
    text
}

/// Any text as one word of bash.
/// <https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html>
pub fn word(text: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_bare) {
        return text.to_owned();
    }
    let is_plain = |c: char| !matches!(c, '\'' | '$' | '`' | '\\') && !c.is_control();
    if text.chars().all(is_plain) {
        return format!("'{text}'");
    }
    let mut quoted = String::from("$'");
    for c in text.chars() {
        let _ = match c {
            c if is_plain(c) => write!(quoted, "{c}"),
            c => c
                .encode_utf8(&mut [0; 4])
                .bytes()
                .try_for_each(|byte| write!(quoted, "\\{byte:03o}")),
        };
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use serde_json::json as doc;

    use super::*;

    #[test]
    fn documents_hold_nothing_of_bash() {
        let text = json(&doc!({"a": "it's $HOME `id` あ😀\n"}).to_string());
        assert_eq!(text, r#"'{"a":"it\u0027s \u0024HOME \u0060id\u0060 \u3042\ud83d\ude00\n"}'"#);
    }

    #[test]
    fn words_are_quoted_where_they_must() {
        assert_eq!(word("ap-northeast-1"), "ap-northeast-1");
        assert_eq!(word(""), "''");
        assert_eq!(word("two words あ"), "'two words あ'");
        assert_eq!(word("a'b$c\n"), "$'a\\047b\\044c\\012'");
    }

    #[test]
    fn variables_stand_outside_of_quotes() {
        let text = json(&doc!({"a": [text_of("monitor")]}).to_string());
        assert_eq!(text, r#"'{"a":["'"$monitor"'"]}'"#);
        let other = json(&doc!({"a": text_of("HOME")}).to_string());
        assert_eq!(other, r#"'{"a":"\u0001HOME"}'"#);
    }

    #[test]
    fn code_ends_where_it_should() {
        let text = pack("x.py", "x = '''\nEND_OF_CODE\n'''\n");
        assert!(text.contains("<<'END_OF_CODE_'\n") && text.contains("\nEND_OF_CODE_\n"), "{text}");
    }
}
