//! Implements the functions that rules call; those that follow the alert path stand in `alert`.

use std::cell::RefCell;

use jiff::Timestamp;

use crate::engine::alarms::{AlarmIndex, Fire, Watchers};
use crate::engine::endpoints;
use crate::engine::evidence::Recorder;
use crate::engine::gaps::FieldGap;
use crate::engine::node::{self, EngineResult, EngineValue, Node, ResourceNode};
use crate::engine::path::{senders, topic};
use crate::engine::reason::{Reason, Unknown};
use crate::engine::schedule;
use crate::engine::subjects::Subject;
use crate::engine::world::World;
use crate::model::{GLOBAL, Outcome};
use crate::rules::expr::{Host, Open, Raised, Value};
use crate::rules::functions::{ARN, Function};
use crate::snapshot::Remembered;

/// A world that expressions can ask, with a recorder when evidence is wanted.
pub struct Asker<'a> {
    /// The world.
    pub world: &'a World<'a>,
    /// Where evidence goes.
    pub recorder: Option<Recorder<'a>>,
    /// The resource that is spoken of most, and what its parts hold, once they were looked into.
    subject: Option<u32>,
    properties: RefCell<Option<Remembered<'a>>>,
    status: RefCell<Option<Remembered<'a>>>,
}

/// How many steps an expression of a rule may take for all subjects together: some seconds. A rule
/// that goes through every resource of a type once for each of another has to use `related` instead.
const STEPS_OF_A_RULE: u64 = 10_000_000;

mod alert;

type Args<'v, 'a> = &'v [EngineValue<'a>];

impl<'a> Host<'a> for Asker<'a> {
    type Object = Node<'a>;
    type Unknown = Unknown;

    fn field(&self, of: &Node<'a>, name: &str) -> EngineResult<'a> {
        match of {
            Node::Properties(resource) if Some(resource.i) == self.subject => {
                let whole = || resource.view.properties().remembered();
                let get = || self.properties.borrow_mut().get_or_insert_with(whole).get(name);
                node::known(resource.known("properties", name, get))
            }
            Node::Status(resource) if Some(resource.i) == self.subject => {
                let whole = || resource.view.status().remembered();
                let get = || self.status.borrow_mut().get_or_insert_with(whole).get(name);
                node::known(resource.known("status", name, get))
            }
            Node::Missing(ty, account, region) => {
                // It may be missing because it could not be read.
                let gaps = &self.world.type_gaps(account, region, ty).fields;
                let hides = |gap: &&FieldGap| gap.path.strip_prefix("status.") == Some(name);
                match gaps.iter().find(hides) {
                    Some(gap) => Err(Raised::Unknown(Unknown::Gap(gap.gap))),
                    None => of.field(name),
                }
            }
            other => other.field(name),
        }
    }

    fn steps(&self, vars: &[EngineValue<'a>]) -> u64 {
        let snapshot = self.world.snapshot;
        let subjects = match vars.first() {
            Some(Value::Object(Node::Resource(subject))) => {
                snapshot.of_type(subject.view.ty()).count()
            }
            _ => snapshot.header().accounts.len() * snapshot.header().regions.len(),
        };
        STEPS_OF_A_RULE / subjects.max(1) as u64
    }

    fn cost(&self, function: &'static Function, args: Args<'_, 'a>) -> u64 {
        let of_type = || {
            let (ty, (account, region)) = (text::<Unknown>(args, 1).ok()?, place(args).ok()?);
            let snapshot = self.world.snapshot;
            Some(match region {
                _ if function.name == "resources_everywhere" => snapshot.of_type(ty).count(),
                GLOBAL => snapshot.of_type(ty).count(),
                _ => snapshot.of_type_in(ty, account, region).len(),
            })
        };
        match function.name {
            "resources" | "resources_everywhere" => of_type().unwrap_or(0) as u64,
            _ => 0,
        }
    }

    fn endless(&self) -> Unknown {
        Reason::TooManySteps.into()
    }

    fn map_size(&self, of: &Node<'a>) -> usize {
        of.size()
    }

    fn call(&self, function: &'static Function, args: Args<'_, 'a>) -> EngineResult<'a> {
        match function.name {
            "age_days" => self.age(args, 24.0 * 60.0),
            "age_minutes" => self.age(args, 1.0),
            "alarms" => self.alarms(args),
            "can_fire" => self.can_fire(args),
            "entitled" => self.entitled(args),
            "period_seconds" => AlarmIndex::period(resource(args, 0)?.view)
                .map(|period| period.map_or(Value::Null, Value::Num))
                .map_err(Raised::Unknown),
            "canaries_probing" => self.canaries_probing(args),
            "canary_name" => match args.first() {
                Some(Value::Object(Node::Endpoint(endpoint))) => {
                    Ok(Value::Str(endpoints::canary_name(&endpoint.url).into()))
                }
                _ => Err(Raised::Error("argument 1 is no endpoint".to_owned())),
            },
            "event_reaches_someone" => self.event_reaches_someone(args),
            "lets_in" => self.lets_in(args),
            "lets_publishers_in" => self.lets_publishers_in(args),
            "may_invoke" => self.may_invoke(args),
            "reaches_someone" => self.reaches_someone(args),
            "related" => self.related(args),
            "resources" => self.resources(args, place(args)?.1),
            "resources_everywhere" => self.resources(args, GLOBAL),
            "schedule_minutes" => {
                Ok(schedule::longest_gap_minutes(text(args, 0)?).map_or(Value::Null, Value::Num))
            }
            "shut_out" => {
                let found = topic::shut_out(self.world, resource(args, 0)?, text(args, 1)?);
                let found = found.into_iter().map(|name| Value::Str(name.into()));
                Ok(Value::List(found.collect(), Vec::new()))
            }
            "missing_data" => AlarmIndex::missing_data(resource(args, 0)?.view)
                .map(|it| Value::Str(it.into()))
                .map_err(Raised::Unknown),
            "statistic" => {
                let statistic = AlarmIndex::statistic(resource(args, 0)?.view);
                statistic.map(|it| Value::Str(it.into())).map_err(Raised::Unknown)
            }
            "threshold" => AlarmIndex::threshold(resource(args, 0)?.view)
                .map(|threshold| threshold.map_or(Value::Null, Value::Num))
                .map_err(Raised::Unknown),
            "subscriber_reaches_someone" => self.subscriber_reaches_someone(args),
            "topic_in_use" => senders::in_use(self.world, resource(args, 0)?)
                .map(Value::Bool)
                .map_err(Raised::Unknown),
            "topics_into" => self.topics_into(args),
            other => Err(Raised::Error(format!("{other} is not implemented"))),
        }
    }
}

impl<'a> Asker<'a> {
    /// Asks about a subject.
    pub fn new(world: &'a World<'a>, subject: Subject<'a>) -> Asker<'a> {
        let subject = match subject {
            Subject::Resource(i) => Some(i),
            _ => None,
        };
        let (properties, status) = Default::default();
        Asker { world, recorder: None, subject, properties, status }
    }

    /// Asks with a recorder.
    pub fn recording(world: &'a World<'a>, subject: Subject<'a>) -> Asker<'a> {
        Asker { recorder: Some(Recorder::default()), ..Asker::new(world, subject) }
    }

    fn age(&self, args: Args<'_, 'a>, minutes: f64) -> EngineResult<'a> {
        let text = text(args, 0)?;
        let then: Timestamp =
            text.parse().map_err(|_| Raised::Error(format!("{text} is no time")))?;
        let seconds = self.world.snapshot.now().as_second() - then.as_second();
        Ok(Value::Num(seconds as f64 / 60.0 / minutes))
    }

    /// Whether the account has a subscription to what the operation asks of.
    fn entitled(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let ((account, _), operation) = (place(args)?, text(args, 1)?);
        let record = self.world.snapshot.coverage().iter().find(|record| {
            record.account == account && record.region == GLOBAL && record.operation == operation
        });
        let is_not = record.is_some_and(|record| record.outcome == Outcome::NotEntitled);
        Ok(Value::Bool(!is_not))
    }

    fn list(&self, items: impl IntoIterator<Item = u32>, more: Option<Unknown>) -> EngineValue<'a> {
        let open = more.map(|why| Open { element: None, why: Raised::Unknown(why) });
        Value::List(items.into_iter().map(|i| self.value(i)).collect(), open.into_iter().collect())
    }

    fn value(&self, i: u32) -> EngineValue<'a> {
        Value::Object(Node::Resource(self.world.node(i)))
    }

    fn resources(&self, args: Args<'_, 'a>, region: &str) -> EngineResult<'a> {
        let (account, _) = place(args)?;
        let (found, gap) = self.world.resources(text(args, 1)?, account, region);
        Ok(self.list(found, gap.map(Unknown::Gap)))
    }

    fn related(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let (account, region) = place(args)?;
        let (ty, property, value) = (text(args, 1)?, text(args, 2)?, text(args, 3)?);
        let here = |i: &u32| {
            let view = self.world.snapshot.get(*i);
            let holds = || {
                view.properties().get(property).is_some_and(|p| {
                    p.as_str().is_some_and(|s| s == value)
                        || p.elements().any(|e| e.as_str().is_some_and(|s| s == value))
                })
            };
            view.account() == account
                && view.region() == region
                && if property == ARN { view.arn() == value } else { holds() }
        };
        let found = self.world.joins.candidates(ty, property, value).iter().copied().filter(here);
        // The property itself may be what could not be read.
        let gaps = self.world.type_gaps(account, region, ty);
        let hidden = gaps.fields.iter().find(|gap| match gap.path.strip_prefix("properties") {
            Some(rest) => rest.is_empty() || rest.strip_prefix('.') == Some(property),
            None => false,
        });
        let gap = gaps.list.or(hidden.map(|gap| gap.gap));
        Ok(self.list(found, gap.map(Unknown::Gap)))
    }

    fn alarms(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let watched = resource(args, 0)?.view;
        let question = (text(args, 1)?, text(args, 2)?, text(args, 3)?);
        let found = self
            .world
            .alarms
            .watchers(self.world.snapshot, watched, question)
            .map_err(Raised::Unknown)?;
        let Watchers { alarms, doubtful, more } = found;
        let gap = self.world.list_gap(super::alarms::ALARM, watched.account(), watched.region());
        let doubtful = doubtful.into_iter().map(|(i, why)| (Some(Box::new(self.value(i))), why));
        let more = more.into_iter().chain(gap.map(Unknown::Gap));
        let open = doubtful.chain(more.map(|why| (None, why)));
        let open = open.map(|(element, why)| Open { element, why: Raised::Unknown(why) });
        Ok(Value::List(alarms.into_iter().map(|i| self.value(i)).collect(), open.collect()))
    }

    fn can_fire(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let alarm = resource(args, 0)?;
        let Some(fire) = self.world.alarms.fire(alarm.i) else {
            return Err(Raised::Error(format!("{} is no metric alarm", alarm.view.id())));
        };
        if let Some(recorder) = &self.recorder {
            recorder.fire(alarm.view, fire);
        }
        self.tell_ringing(alarm);
        match fire {
            Fire::Can(_) => Ok(Value::Bool(true)),
            Fire::Cannot(_) => Ok(Value::Bool(false)),
            Fire::Unknown(unknown) => Err(Raised::Unknown(unknown.clone())),
        }
    }
}

fn text<'v, U>(args: &'v [EngineValue<'_>], at: usize) -> Result<&'v str, Raised<U>> {
    match args.get(at) {
        Some(Value::Str(text)) => Ok(text),
        _ => Err(Raised::Error(format!("argument {} is no string", at + 1))),
    }
}

fn resource<'a>(args: Args<'_, 'a>, at: usize) -> Result<ResourceNode<'a>, Raised<Unknown>> {
    match args.get(at) {
        Some(Value::Object(Node::Resource(resource))) => Ok(*resource),
        _ => Err(Raised::Unknown(
            Reason::Evaluation(format!("argument {} is no resource", at + 1)).into(),
        )),
    }
}

/// Account and region of the resource or subject that is the first argument.
fn place<'a>(args: Args<'_, 'a>) -> Result<(&'a str, &'a str), Raised<Unknown>> {
    match args.first() {
        Some(Value::Object(Node::Resource(resource))) => {
            Ok((resource.view.account(), resource.view.region()))
        }
        Some(Value::Object(Node::Subject(_, account, region))) => Ok((account, region)),
        Some(Value::Object(Node::Endpoint(endpoint))) => Ok((&endpoint.account, GLOBAL)),
        _ => {
            Err(Raised::Unknown(Reason::Evaluation("argument 1 is no resource".to_owned()).into()))
        }
    }
}
