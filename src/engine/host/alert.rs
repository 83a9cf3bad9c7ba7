//! The functions that follow the alert path.

use super::{Args, Asker, place, resource, text};
use crate::engine::alarms;
use crate::engine::endpoints::{self, Probes};
use crate::engine::events::samples;
use crate::engine::node::{EngineResult, Node, ResourceNode};
use crate::engine::notices::ringing_since;
use crate::engine::path::{
    self, End, Link, Publisher, Reach, function, senders, subscription, topic, worse,
};
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::COMPOSITE;
use crate::model::REGION_TYPE;
use crate::rules::expr::{Open, Raised, Value};

impl<'a> Asker<'a> {
    pub(super) fn reaches_someone(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let from = resource(args, 0)?;
        let reach = match from.view.ty() {
            alarms::ALARM | COMPOSITE => path::alarm::reach(self.world, from),
            _ => topic::hears(self.world, from),
        };
        if from.view.ty() == COMPOSITE {
            self.tell_ringing(from);
        }
        self.answer(from, reach)
    }

    /// That an alarm has been in ALARM for long, which no verdict says.
    pub(super) fn tell_ringing(&self, alarm: ResourceNode<'a>) {
        if let Some(recorder) = &self.recorder
            && let Some(since) = ringing_since(alarm.view, self.world.snapshot.now())
        {
            recorder.aside(alarm.view, Reason::RingingSince(since));
        }
    }

    pub(super) fn subscriber_reaches_someone(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let of = resource(args, 0)?;
        let reach = path::alarm::subscriber(self.world, of, text(args, 1)?, text(args, 2)?);
        self.answer(of, reach)
    }

    pub(super) fn lets_in(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let (of, publisher) = (resource(args, 0)?, text(args, 1)?);
        let (account, region) = (of.view.account(), of.view.region());
        let partition = of.view.arn();
        let partition = partition.split(':').nth(1).unwrap_or("aws");
        // Any alarm, any budget: policies name them by patterns.
        let source = match publisher {
            "Budgets" => format!("arn:{partition}:budgets::{account}:budget/audit-monthly"),
            "CostAnomalyDetection" => {
                format!("arn:{partition}:ce::{account}:anomalysubscription/audit")
            }
            "EventBridge" => format!("arn:{partition}:events:{region}:{account}:rule/audit"),
            _ => format!("arn:{partition}:cloudwatch:{region}:{account}:alarm:audit"),
        };
        let publisher = Publisher::find(publisher).unwrap_or(Publisher::CloudWatch);
        let signal = path::Signal { publisher, arn: &source, body: path::Body::Json };
        self.answer(of, topic::lets_in(self.world, of, signal))
    }

    pub(super) fn lets_publishers_in(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let of = resource(args, 0)?;
        self.answer(of, topic::lets_senders_in(self.world, of))
    }

    /// Every sample of the kind has to arrive: a rule that takes only some does not take the kind.
    pub(super) fn event_reaches_someone(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let ((account, region), kind) = (place(args)?, text(args, 1)?);
        let place = samples::Place { account, region };
        let reach =
            |event: &serde_json::Value| path::event::reach(self.world, (account, region), event);
        let samples = samples::of(kind, place);
        let all = samples.iter().map(reach).reduce(worse).unwrap_or(Reach::any([]));
        let all = match all.end {
            End::Nobody if kind.starts_with("guardduty") => {
                let hub = samples::security_hub(place);
                let hub = hub.iter().map(reach).reduce(worse).unwrap_or(Reach::any([]));
                match hub.end {
                    End::Nobody => all,
                    _ => Reach::undecided(Link::new(
                        REGION_TYPE,
                        region,
                        Reason::SecurityHubUndecided,
                    )),
                }
            }
            _ => all,
        };
        if let Some(recorder) = &self.recorder {
            recorder.walked(all.clone());
        }
        truth(all)
    }

    /// Canaries that probe an endpoint.
    pub(super) fn canaries_probing(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let Some(Value::Object(Node::Endpoint(endpoint))) = args.first() else {
            return Err(Raised::Error("argument 1 is no endpoint".to_owned()));
        };
        let Probes { sure, doubtful, more } = endpoints::probes(self.world, endpoint);
        let doubtful = doubtful.into_iter().map(|(i, why)| (Some(Box::new(self.value(i))), why));
        let open = doubtful.chain(more.map(|why| (None, why)));
        let open = open.map(|(element, why)| Open { element, why: Raised::Unknown(why) });
        Ok(Value::List(sure.into_iter().map(|i| self.value(i)).collect(), open.collect()))
    }

    pub(super) fn may_invoke(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let (from, to) = (resource(args, 0)?, resource(args, 1)?);
        let caller = function::Caller {
            service: "sns.amazonaws.com",
            by: function::By::Topic(&from.view.name()),
            arn: &from.view.arn(),
            account: from.view.account(),
        };
        self.answer(to, function::admits(to, caller))
    }

    /// Turns a reach into a truth, after writing down what was seen.
    pub(super) fn answer(&self, of: ResourceNode<'a>, reach: Reach) -> EngineResult<'a> {
        if let Some(recorder) = &self.recorder {
            recorder.reach(of.view, reach.clone());
        }
        truth(reach)
    }

    /// Topics in use with a confirmed subscription to the function, from any region of its account.
    pub(super) fn topics_into(&self, args: Args<'_, 'a>) -> EngineResult<'a> {
        let function = resource(args, 0)?;
        let (account, arn) = (function.view.account(), function.view.arn());
        let world = self.world;
        let mut topics = Vec::new();
        let mut more = None;
        for &i in world.joins.candidates(subscription::SUBSCRIPTION, "Endpoint", &arn) {
            let node = world.node(i);
            let property = |name: &str| {
                node.view.properties().get(name).and_then(|v| v.as_str()).unwrap_or_default()
            };
            if node.view.account() != account
                || property("Endpoint") != arn
                || !subscription::is_confirmed(&node)
            {
                continue;
            }
            let topic_arn = property("TopicArn");
            let Some(topic) = path::arn::parse(&topic_arn) else { continue };
            if topic.account != account {
                more = Some(Reason::TopicOfOtherAccount(topic_arn.into_owned()).into());
                continue;
            }
            match world.find(topic::TOPIC, account, topic.region, topic.resource) {
                Err(unknown) => more = Some(unknown),
                Ok(None) => {}
                Ok(Some(found)) => match senders::in_use(world, found) {
                    Ok(true) => topics.push(found.i),
                    Ok(false) => {}
                    Err(unknown) => more = Some(unknown),
                },
            }
        }
        let mut regions = world.regions_of(account);
        let gap = regions.find_map(|r| world.list_gap(subscription::SUBSCRIPTION, account, r));
        topics.sort_unstable();
        topics.dedup();
        Ok(self.list(topics, more.or(gap.map(Unknown::Gap))))
    }
}

/// An end as a truth.
fn truth<'a>(reach: Reach) -> EngineResult<'a> {
    match reach.end {
        End::Someone => Ok(Value::Bool(true)),
        End::Nobody => Ok(Value::Bool(false)),
        End::Unknown(unknown) => Err(Raised::Unknown(unknown)),
    }
}
