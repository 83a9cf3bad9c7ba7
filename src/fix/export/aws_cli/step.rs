//! Commands of the AWS CLI as bash has them: calls, what they hang on, and how they are quoted.
//!
//! Whatever comes from outside stands in JSON inside single quotes, of which neither bash nor the AWS
//! CLI takes any part for its own: no option, no `file://`, no expansion.
//! <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html>

use std::fmt::Write;

use serde_json::Value;

/// Longest call in one line.
const WIDTH: usize = 120;

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

/// Functions at the head of a script, each there only when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Helper {
    /// Whether a question is answered, not with the error that says "there is none".
    Exists,
    /// Whether an answer has a line.
    Lists,
    /// Tries again what is not possible yet.
    Retry,
    /// Takes an error that says "it is so already" for success.
    Settled,
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
    /// Puts a function's source into the archive `$folder/code.zip`.
    Pack(String),
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
            Step::Pack(source) => write!(text, "{}", pack(source)),
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
            Step::Either { yes, no, .. } => {
                // Where there is nothing to do if so, the question is only whether it is done already.
                let known = if exists && !yes.is_empty() { yes } else { no };
                text.push_str(&commands(known, exists));
            }
            Step::Pack(source) => {
                text.push_str("folder=$(mktemp -d)\n");
                text.push_str(&pack(source));
            }
            Step::Refuse(_) => {}
        }
    }
    text
}

/// The file in the archive; `slack_notifier.handler` names a function in it.
const FILE: &str = "slack_notifier.py";

/// Packs the file into the archive that `audit fix --apply` makes, byte for byte: by its hash a function
/// is known to run this code.
const PACK: &str = r#"python3 - "$folder" <<'END_OF_PACKING'
import sys, zipfile
entry = zipfile.ZipInfo("slack_notifier.py")
entry.create_system, entry.create_version, entry.extract_version = 3, 10, 10
entry.external_attr = 0o100644 << 16
with open(sys.argv[1] + "/slack_notifier.py", "rb") as code, zipfile.ZipFile(sys.argv[1] + "/code.zip", "w") as archive:
    archive.writestr(entry, code.read())
END_OF_PACKING
"#;

/// Writes the source as it is, whatever it holds, and packs it.
fn pack(source: &str) -> String {
    let mut end = "END_OF_CODE".to_owned();
    while source.lines().any(|line| line == end) {
        end.push('_');
    }
    let source = source.strip_suffix('\n').unwrap_or(source);
    format!("cat > \"$folder/{FILE}\" <<'{end}'\n{source}\n{end}\n{PACK}")
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

impl Helper {
    /// Its name in the script.
    pub fn name(self) -> &'static str {
        match self {
            Helper::Exists => "exists",
            Helper::Lists => "lists",
            Helper::Retry => "retry",
            Helper::Settled => "settled",
        }
    }

    /// Its text.
    pub fn text(self) -> &'static str {
        match self {
            Helper::Exists => EXISTS,
            Helper::Lists => LISTS,
            Helper::Retry => RETRY,
            Helper::Settled => SETTLED,
        }
    }
}

const EXISTS: &str = r#"
# exists CODE COMMAND...: whether what is asked about is there. CODE is the error that says it is not; any other ends this.
exists() {
  local none=$1 said
  shift
  if said=$("$@" 2>&1); then
    return 0
  fi
  if [[ $said == *"($none) when calling"* ]]; then
    return 1
  fi
  printf '%s\n' "$said" >&2
  exit 1
}
"#;

const LISTS: &str = r#"
# lists LINE COMMAND...: whether LINE is a line of the answer. An error ends this.
lists() {
  local line=$1 said
  shift
  said=$("$@") || exit 1
  [[ $'\n'$said$'\n' == *$'\n'"$line"$'\n'* ]]
}
"#;

/// IAM's changes are seen everywhere after some seconds, now and then after a minute:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>.
const RETRY: &str = r#"
# retry PATTERN COMMAND...: tries again, for about a minute, while the error fits PATTERN: what was made a moment ago is
# not seen everywhere yet.
retry() {
  local not_yet=$1 pause said
  shift
  for pause in 1 2 3 5 5 10 10 15 15 ''; do
    if said=$("$@" 2>&1); then
      return 0
    fi
    if [[ -z $pause || ! $said =~ $not_yet ]]; then
      printf '%s\n' "$said" >&2
      return 1
    fi
    sleep "$pause"
  done
}
"#;

const SETTLED: &str = r#"
# settled CODE WORDS COMMAND...: the error of this code with these words says that it is so already, which is fine.
settled() {
  local code=$1 words=$2 said
  shift 2
  if said=$("$@" 2>&1); then
    return 0
  fi
  if [[ $said == *"($code) when calling"*"$words"* ]]; then
    return 0
  fi
  printf '%s\n' "$said" >&2
  return 1
}
"#;

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
    fn code_ends_where_it_should() {
        let text = pack("x = '''\nEND_OF_CODE\n'''\n");
        assert!(text.contains("<<'END_OF_CODE_'\n") && text.contains("\nEND_OF_CODE_\n"), "{text}");
    }
}
