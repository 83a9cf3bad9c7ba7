use super::*;

/// The lines with one of them changed.
fn changed(line: usize, from: &str, to: &str) -> String {
    let mut lines = lines();
    assert!(lines[line].contains(from), "{from}");
    lines[line] = lines[line].replacen(from, to, 1);
    lines.join("\n") + "\n"
}

#[track_caller]
fn assert_refused(text: impl Into<String>, place: &str, words: &str) {
    let refusal = refusal(text);
    let rest = refusal.strip_prefix(&format!("test: {place}"));
    assert!(rest.is_some_and(|rest| rest.starts_with([',', ':'])), "{place} in {refusal}");
    assert!(refusal.contains(words), "{refusal}");
}

#[test]
fn another_format_says_which_and_what_to_do() {
    let words = "the format is \"audit-snapshot/2\", but this version of audit understands \
                 \"audit-snapshot/1\"; use the version that wrote it, or collect again";
    assert_refused(changed(0, "audit-snapshot/1", "audit-snapshot/2"), "line 1, column 11", words);
    // Even where its keys are other ones too.
    let other =
        changed(0, "\"format\":\"audit-snapshot/1\"", "\"new\":1,\"format\":\"audit-snapshot/2\"");
    assert_refused(other, "line 1, column 19", words);
    let document = text(&inventory(), Encoding::PLAIN);
    assert_refused(document.replace("snapshot/1", "snapshot/2"), "line 2, column 13", words);
}

#[test]
fn truncation_is_seen_wherever_it_falls() {
    let lines = text(&inventory(), LINES);
    let document = text(&inventory(), Encoding::PLAIN);
    for (text, whole) in [(&lines, lines.trim_end().len()), (&document, document.trim_end().len())]
    {
        for len in 0..whole {
            if text.is_char_boundary(len) {
                assert!(read(&text[..len]).is_err(), "{}", &text[..len]);
            }
        }
        assert!(read(&text[..whole]).is_ok());
    }
    let at_a_line = lines.lines().take(4).collect::<Vec<_>>().join("\n") + "\n";
    let column = lines.find("\"resource_count\":").unwrap() + "\"resource_count\":".len() + 1;
    assert_refused(
        at_a_line,
        &format!("line 1, column {column}"),
        "the header says 6 resources, but 3 are there: the file was cut off or edited; copy or collect it again",
    );
    assert_refused(&lines[..lines.len() - 20], "line 7", "ends in the middle of a value");
}

#[test]
fn counts_must_be_there_and_right() {
    assert_refused(
        changed(0, ",\"resource_count\":6", ""),
        "line 1, column 1",
        "the key \"resource_count\" is missing",
    );
    assert_refused(
        changed(0, "count\":6", "count\":5"),
        "line 1",
        "says 5 resources, but 6 are there",
    );
    assert_refused(
        changed(0, "count\":6", "count\":-6"),
        "line 1",
        "\"resource_count\" is malformed",
    );
}

#[test]
fn twins_are_refused_with_both_places() {
    let mut lines = lines();
    lines[0] = lines[0].replace("count\":6", "count\":7");
    lines.push(lines[2].replace("\"b\"", "\"\\u0062\""));
    assert_refused(
        lines.join("\n"),
        "line 8, column 34",
        "AWS::ECS::Cluster b in 111111111111 eu-west-1 stands here and at line 3, column 34; remove one",
    );
    let mut twins = inventory();
    twins.resources.push(twins.resources[0].clone());
    assert!(Snapshot::from_inventory(&twins).is_err());
    let document = text(&twins, Encoding::PLAIN);
    let ids = |(line, text): (usize, &str)| text.contains("quoted").then_some(line + 1);
    let mut places = document.lines().enumerate().filter_map(ids).step_by(3);
    let (first, second) = (places.next().unwrap(), places.next().unwrap());
    let place = format!("line {second}, column 13");
    assert_refused(document, &place, &format!("stands here and at line {first}, column 13"));
}

#[test]
fn keys_are_known_and_stand_once() {
    let known = "its keys are type, id, arn, account, region, name, tags, properties, status";
    assert_refused(changed(3, "\"arn\"", "\"arm\""), "line 4, column 38", known);
    assert_refused(
        changed(0, "\"tool\"", "\"tools\""),
        "line 1, column 30",
        "unknown key \"tools\" in the snapshot",
    );
    assert_refused(
        changed(3, "{\"type\"", "{\"id\":\"b\",\"type\""),
        "line 4, column 38",
        "the key \"id\" stands twice",
    );
    assert_refused(
        changed(0, "{\"format\"", "{\"regions\":[],\"format\""),
        "line 1",
        "\"regions\" stands twice",
    );
    assert_refused(
        changed(0, "\"version\"", "\"vision\""),
        "line 1",
        "\"tool\" is malformed: unknown field `vision`",
    );
}

#[test]
fn no_object_has_a_key_twice() {
    let many = |last: &str| {
        let keys: Vec<String> = (0..100).map(|i| format!("\"k{i}\":{i}")).collect();
        format!("\"Size\":{{{},\"{last}\":0}}", keys.join(","))
    };
    for (from, to, key) in [
        ("\"Size\":3", "\"Size\":3,\"Size\":4", "Size"),
        ("\"Size\":3", "\"\\u0053ize\":4,\"Size\":3", "Size"),
        ("\"Size\":3", "\"\\u0053ize\":4,\"S\\u0069ze\":3", "Size"),
        ("\"x\":null", "\"x\":null,\"y\":{\"x\":0},\"x\":1", "x"),
        ("\"Size\":3", &many("k7"), "k7"),
        ("\"Size\":3", &many("\\u006b8"), "k8"),
        ("\"team\":\"見守り\"", "\"team\":\"見守り\",\"team\":\"見守り\"", "team"),
        ("\"Available\":true", "\"Available\":true,\"Available\":true", "Available"),
    ] {
        let text = changed(2, from, to);
        assert_refused(&*text, "line 3", &format!("the key \"{key}\" stands twice; remove one"));
        let object: &str = text.lines().nth(2).unwrap();
        let header = lines()[0].replace("count\":6", "count\":1");
        let document = format!("{},\"resources\":[\n{object}]}}", header.trim_end_matches('}'));
        assert_refused(document, "line 2", &format!("the key \"{key}\" stands twice"));
    }
    // The place is the second one's, however the keys are compared.
    assert_refused(
        changed(2, "\"Size\":3", "\"Q\\\"k\":3"),
        "line 3, column 220",
        "\"Q\\\"k\" stands",
    );
    for fine in [
        "\"a\":{\"Size\":3},\"b\":{\"Size\":3},\"Size\":[{\"Size\":1},{\"Size\":1}]",
        &many("k100"),
    ] {
        assert!(read(&changed(2, "\"Size\":3", fine)).is_ok(), "{fine}");
    }
}

/// Comparing each with all others would take minutes.
#[test]
fn any_number_of_keys_is_compared() {
    let keys: Vec<String> = (0..300_000).map(|i| format!("\"{i}\":0")).collect();
    let text = changed(2, "\"Size\":3", &keys.join(","));
    assert!(read(&text).is_ok());
}

#[test]
fn what_must_be_there_is() {
    assert_refused(
        changed(2, "\"type\":\"AWS::ECS::Cluster\",", ""),
        "line 3, column 1",
        "the key \"type\" is missing in a resource",
    );
    assert_refused(
        changed(2, "\"region\":\"eu-west-1\"", "\"region\":\"\""),
        "line 3",
        "\"region\" must be a string that is not empty",
    );
    assert_refused(
        changed(2, "\"id\":\"b\"", "\"id\":7"),
        "line 3, column 34",
        "\"id\" must be a string",
    );
    assert_refused(
        changed(2, "\"status\":{", "\"status\":[],\"x\":{"),
        "line 3",
        "\"status\" must be an object",
    );
    assert_refused(
        changed(2, "\"team\":\"見守り\"", "\"team\":1"),
        "line 3",
        "\"tags\" must be an object of strings",
    );
    let foreign = changed(3, "\"account\":\"111111111111\"", "\"account\":\"333333333333\"");
    assert_refused(foreign, "line 4", "the account \"333333333333\" is not among the header's");
}

#[test]
fn headers_are_checked() {
    for time in [
        "yesterday",
        "",
        "2027-03-31",
        "2027-03-31T00:00:00",
        "2027-03-31 00:00:00Z",
        "2027-02-30T00:00:00Z",
    ] {
        assert_refused(
            changed(0, "2027-03-31T01:02:03Z", time),
            "line 1",
            "must be an RFC 3339 time",
        );
    }
    let accounts = "[\"111111111111\",\"222222222222\"]";
    assert_refused(changed(0, accounts, "[]"), "line 1", "at least one account number");
    assert_refused(changed(0, accounts, "[\"\"]"), "line 1", "strings that are not empty");
    assert_refused(changed(0, accounts, "{}"), "line 1", "\"accounts\" is malformed");
}

#[test]
fn coverage_is_checked() {
    let document = text(&inventory(), Encoding::PLAIN);
    let refused = |from: &str, to: &str, place: &str, words: &str| {
        assert!(document.contains(from));
        assert_refused(document.replacen(from, to, 1), place, words);
    };
    refused(
        "\"outcome\": \"ok\"",
        "\"outcome\": \"fine\"",
        "line 26, column 23",
        "unknown variant `fine`",
    );
    refused("\"fills\"", "\"feels\"", "line 23", "unknown field `feels`");
    refused(
        "\"operation\": \"ecs:ListClusters\"",
        "\"operation\": \"x\"",
        "line 16",
        "\"coverage\" must be",
    );
    refused(
        "\"account\": \"111111111111\"",
        "\"account\": \"3\"",
        "line 16",
        "the account \"3\" is not",
    );
    let twins = "ecs:ListClusters in 111111111111 eu-west-1 stands here and at line 16, column 5";
    refused(
        "\"operation\": \"ecs:ListServices\"",
        "\"operation\": \"ecs:ListClusters\"",
        "line 28, column 5",
        twins,
    );
    assert_refused(
        changed(0, "\"coverage\":[", "\"coverage\":7,\"x\":["),
        "line 1",
        "unknown key \"x\"",
    );
}

#[test]
fn mistakes_in_json_have_their_place() {
    assert_refused(
        changed(4, "\"Size\":3", "\"Size\":03"),
        "line 5",
        "is not JSON: expected `,` or `}`",
    );
    assert_refused(changed(4, "見守り", "見\u{1}"), "line 5, column 166", "control character");
    // Stepping over resources would notice this one only far behind it.
    let document = text(&inventory(), Encoding::PLAIN).replacen(
        "\"region\": \"global\"",
        "\"region\": \"global",
        1,
    );
    let line = document.lines().position(|line| line.ends_with("\"global,")).unwrap() + 1;
    assert_refused(document, &format!("line {line}, column 25"), "control character");
}

#[test]
fn nothing_may_follow() {
    assert_refused(
        changed(3, "}}", "}} {}"),
        "line 4",
        "something follows the end of the resource",
    );
    assert_refused(lines().join("\n") + "\n\n", "line 8, column 1", "the line is empty");
    let document = text(&inventory(), Encoding::PLAIN);
    let place = format!("line {}, column 1", document.lines().count() + 1);
    assert_refused(document + "{}\n", &place, "something follows the end of the document");
}

#[test]
fn only_utf8_is_text() {
    for encoding in [LINES, Encoding::PLAIN] {
        let mut bytes = text(&inventory(), encoding).into_bytes();
        let at = bytes.windows(3).rposition(|bytes| bytes == "見".as_bytes()).unwrap();
        bytes[at] = 0xFF;
        let Err(error) = Snapshot::from_bytes_within(bytes, "test", Limits::STATED) else {
            panic!("was read")
        };
        assert!(
            error.to_string().contains("is not UTF-8 text; copy or collect it again"),
            "{error}"
        );
    }
}

#[test]
fn what_is_no_snapshot_is_told_so() {
    assert!(refusal("").contains("it is empty"));
    assert!(refusal("resources: []").contains("it begins with 'r', not with '{'"));
    assert!(refusal("\u{feff}{}").contains("byte order mark"));
    assert!(
        refusal("{}").contains("line 1, column 1: the key \"format\" is missing in the snapshot")
    );
}

#[test]
fn the_first_mistake_is_always_the_one_reported() {
    let mut large = inventory();
    large.resources = (0..400).map(|i| resource("T", ACCOUNT, "r", &format!("{i:04}"))).collect();
    let mut lines: Vec<String> = text(&large, LINES).lines().map(str::to_owned).collect();
    lines[200].push('x');
    lines[300].push('x');
    let limits = Limits { size: 1 << 20, ..SMALL };
    for _ in 0..50 {
        let text = lines.join("\n").into_bytes();
        let Err(error) = Snapshot::from_bytes_within(text, "test", limits) else {
            panic!("was read")
        };
        assert!(error.to_string().starts_with("test: line 201, column"), "{error}");
    }
}
