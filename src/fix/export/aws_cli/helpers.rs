//! Functions at the head of a script, which its commands are called by.

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
