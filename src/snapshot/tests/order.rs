use super::*;

/// A fixed shuffle; a test that fails must fail again.
fn shuffle<T>(items: &mut [T]) {
    let mut state = 88_172_645_463_325_252_u64;
    for last in (1..items.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        items.swap(last, (state % (last as u64 + 1)) as usize);
    }
}

fn large() -> Inventory {
    let mut inventory = inventory();
    inventory.resources.clear();
    for account in inventory.accounts.clone() {
        for region in ["eu-west-1", "global"] {
            for ty in ["AWS::ECS::Cluster", "AWS::SNS::Topic", "AWS::X::Y"] {
                for id in 100..150 {
                    inventory.resources.push(resource(ty, &account, region, &format!("i\t{id}")));
                }
            }
        }
    }
    inventory
}

#[test]
fn the_order_of_lines_never_matters() {
    let mut lines: Vec<String> = text(&large(), LINES).lines().map(str::to_owned).collect();
    shuffle(&mut lines[1..]);
    let limits = Limits { size: 1 << 20, ..SMALL };
    let snapshot =
        Snapshot::from_bytes_within(lines.join("\n").into_bytes(), "test", limits).unwrap();
    assert_eq!(contents(&snapshot), large().resources);
}

#[test]
fn the_order_of_a_document_never_matters() {
    let mut inventory = large();
    shuffle(&mut inventory.resources);
    inventory.accounts.reverse();
    inventory.coverage.reverse();
    let snapshot = read(&text(&inventory, Encoding::PLAIN)).unwrap();
    assert_eq!(contents(&snapshot), large().resources);
    assert_eq!(snapshot.header().accounts, large().accounts);
    assert_eq!(snapshot.coverage(), large().coverage);
}

#[test]
fn the_order_of_keys_never_matters() {
    let mut document = text(&inventory(), Encoding::PLAIN);
    let resources = document.find(",\n  \"resources\"").unwrap();
    let tail = document.split_off(resources);
    let tail = tail.trim_start_matches(',').trim_end().trim_end_matches('}').trim_end();
    let reordered = format!("{{{tail},{}}}", &document[1..]);
    assert_eq!(contents(&read(&reordered).unwrap()), inventory().resources);
}

#[test]
fn lookups_find_exactly_what_there_is() {
    let snapshot = Snapshot::from_inventory(&large()).unwrap();
    let second = "222222222222";
    assert_eq!(snapshot.types(), ["AWS::ECS::Cluster", "AWS::SNS::Topic", "AWS::X::Y"]);

    let topics: Vec<u32> = snapshot.of_type("AWS::SNS::Topic").collect();
    assert_eq!(topics.len(), 200);
    assert!(topics.is_sorted());
    assert!(topics.iter().all(|i| snapshot.get(*i).ty() == "AWS::SNS::Topic"));

    let run = snapshot.of_type_in("AWS::SNS::Topic", second, "global");
    assert_eq!(run.len(), 50);
    for i in run {
        let view = snapshot.get(i);
        assert_eq!((view.account(), view.region()), (second, "global"));
        assert_eq!(snapshot.find(view.ty(), second, "global", &view.id()), Some(i));
    }
    assert_eq!(snapshot.find("AWS::SNS::Topic", second, "global", "i"), None);
    assert!(snapshot.of_type_in("AWS::SNS::Topic", second, "mars-1").is_empty());
    assert!(snapshot.of_type_in("AWS::No::Such", second, "global").is_empty());
    assert!(snapshot.of_type_in("AWS::SNS::Topic", "3", "global").is_empty());
    assert_eq!(snapshot.of_type("AWS::No::Such").count(), 0);
}

#[test]
fn what_may_be_absent_has_a_stand_in() {
    let mut lines = lines();
    lines.truncate(1);
    lines[0] = lines[0].replace("\"resource_count\":6", "\"resource_count\":1");
    lines.push(format!(
        r#" {{ "region" : "global", "id":"i\u0064", "\u0074ype":"T\u0059", "account":"{ACCOUNT}" }} "#
    ));
    let snapshot = read(&lines.join("\n")).unwrap();
    let view = snapshot.get(0);
    assert_eq!((view.ty(), &*view.id(), &*view.arn(), &*view.name()), ("TY", "id", "", "id"));
    assert_eq!((&*view.reference().ty, &*view.reference().id), ("TY", "id"));
    assert_eq!(
        (view.tags().raw(), view.properties().raw(), view.status().raw()),
        ("{}", "{}", "{}")
    );
}

#[test]
fn a_snapshot_can_go_to_other_threads() {
    fn goes<T: Send + Sync + 'static>() {}
    goes::<Snapshot>();
}
