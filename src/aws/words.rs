//! A service's own words, fit to be stored and shown: one bounded line without what may be a secret.
//!
//! Services echo: a signature mismatch is answered with the signed request, session token and all, and
//! the reason of a failed canary names the address it asked.

use url::Url;

/// Longest text kept, in characters.
const LIMIT: usize = 500;

/// Stands for what was taken out.
const REMOVED: &str = "[removed]";

/// Shortest run of letters and digits that may be a secret by its looks alone.
const RANDOM: usize = 32;

/// What secrets are called, when followed by `=` or `:`.
const NAMES: &[&str] =
    &["authorization", "credential", "password", "secret", "signature", "token", "accesskeyid"];

/// From here on, words are the request itself: of a signature mismatch, and of an endpoint that is no URL.
const ECHOES: &[&str] = &["The Canonical String", "to request `Request"];

/// One line of `text`, at most [`LIMIT`] characters, without secrets; of a URL scheme and host are kept.
pub fn public(text: &str) -> String {
    let end = ECHOES.iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    let mut line = String::new();
    let mut is_value = false;
    for word in text[..end].split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        let word = without_paths(word);
        let names = names_a_secret(&word);
        let is_secret = is_value || names == Naming::WithValue;
        if is_secret || is_key_id(&word) || holds_a_password(&word) || looks_random(&word) {
            line.push_str(REMOVED);
        } else {
            line.push_str(&word);
        }
        is_value = names == Naming::ValueFollows;
    }
    match line.char_indices().nth(LIMIT) {
        Some((cut, _)) => format!("{}...", &line[..cut]),
        None => line,
    }
}

#[derive(PartialEq, Eq)]
enum Naming {
    No,
    /// `token=abc`
    WithValue,
    /// `token:`
    ValueFollows,
}

fn names_a_secret(word: &str) -> Naming {
    let word = word.to_ascii_lowercase();
    let ends = NAMES.iter().flat_map(|name| word.match_indices(name).map(|(at, n)| at + n.len()));
    let values =
        ends.filter_map(|end| word[end..].trim_start_matches(['"', '\'']).strip_prefix(['=', ':']));
    values.fold(Naming::No, |before, value| match value.trim_matches(['"', '\'']) {
        "" if before == Naming::No => Naming::ValueFollows,
        "" => before,
        _ => Naming::WithValue,
    })
}

/// Access key ids, long-lived and temporary.
fn is_key_id(word: &str) -> bool {
    word.contains("AKIA") || word.contains("ASIA")
}

/// `user:password@host`.
fn holds_a_password(word: &str) -> bool {
    !word.contains("arn:") && word.split_once('@').is_some_and(|(user, _)| user.contains(':'))
}

/// Whether there is a long run of mixed letters and digits. Names in ARNs may look so.
fn looks_random(word: &str) -> bool {
    let in_run = |c: char| c.is_ascii_alphanumeric() || "+/=_-".contains(c);
    let is_random = |run: &str| {
        let any = |of: fn(&u8) -> bool| run.as_bytes().iter().any(of);
        run.len() >= RANDOM
            && any(u8::is_ascii_uppercase)
            && any(u8::is_ascii_lowercase)
            && any(u8::is_ascii_digit)
    };
    !word.contains("arn:") && !word.contains("://") && word.split(|c| !in_run(c)).any(is_random)
}

/// The word with its URLs cut to scheme and host; a path may be a password. AWS's pages stay whole.
fn without_paths(word: &str) -> String {
    let Some(middle) = word.find("://") else { return word.to_owned() };
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let start = word[..middle].trim_end_matches(is_scheme).len();
    let length = word[start..].find(['"', '\'', '`', '<', '>', ')', ']', '}']);
    let end = length.map_or(word.len(), |length| start + length);
    if word[end..].contains('@') {
        // The end was none, but stood in a password.
        return REMOVED.to_owned();
    }
    let kept = match Url::parse(&word[start..end]) {
        Ok(url) if is_of_aws(&url) => word[start..end].to_owned(),
        Ok(url) => match url.host_str() {
            Some(host) => format!("{}://{host}", url.scheme()),
            None => REMOVED.to_owned(),
        },
        Err(_) => REMOVED.to_owned(),
    };
    format!("{}{kept}{}", &word[..start], without_paths(&word[end..]))
}

fn is_of_aws(url: &Url) -> bool {
    url.domain().is_some_and(|domain| domain.ends_with(".amazon.com"))
        && url.username().is_empty()
        && url.query().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_short_line() {
        assert_eq!(public(" two\n  words "), "two words");
        assert_eq!(public(&"あ".repeat(900)).chars().count(), LIMIT + 3);
    }

    #[test]
    fn secrets_are_taken_out() {
        for (text, kept) in [
            ("no.\n The Canonical String was\nx-amz-security-token:abc", "no."),
            ("key AKIAIOSFODNN7EXAMPLE\n is  bad", "key [removed] is bad"),
            ("x-amz-security-token: abc next", "x-amz-security-token: [removed] next"),
            (r#"{"SessionToken":"abc"} next"#, "[removed] next"),
            ("the Token=abc, Signature=def.", "the [removed] [removed]"),
            ("got wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY here", "got [removed] here"),
            ("to https://u:p@example.com:81/hook?t=1 went", "to https://example.com went"),
            (
                r#""https://hooks.slack.com/services/T0/B0/x", no"#,
                r#""https://hooks.slack.com", no"#,
            ),
            ("(postgres://u:p@db:5432/shop)", "(postgres://db)"),
            ("https://u:p'q@db", "[removed]"),
            ("endpoint `u:p@host:80`", "endpoint [removed]"),
        ] {
            assert_eq!(public(text), kept);
        }
    }

    #[test]
    fn what_helps_stays() {
        for text in [
            "The security token included in the request is invalid.",
            "User: arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/Alice is not \
             authorized to perform: sns:ListTopics",
            "Signature expired: 20261123T072435Z is now earlier than 20261123T072436Z",
            "see https://docs.aws.amazon.com/sns/latest/dg/sns-create-topic.html.",
            "ecs-svc/1234567890123456789012345678901234567890 in progress",
        ] {
            assert_eq!(public(text), text);
        }
    }
}
