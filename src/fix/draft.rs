//! From failing findings to what is wanted: every fix filled in, wishes for the same resource joined.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::handler::{State, Target};
use super::merge;
use super::render::{Rendered, Renderer, Values};
use super::told::Told;
use crate::engine::Evaluation;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::subjects::Subject;
use crate::engine::world::World;
use crate::model::{FixRisk, GLOBAL, Lang, Scope, Status, Text, types};
use crate::rules::Rule;
use crate::rules::expr::Expr;
use crate::rules::fix::{Ask, Desired, Fix, Part, Use};
use crate::rules::inputs::Input;

/// A finding, as plans and journals name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingRef {
    /// Id of the rule.
    pub rule: String,
    /// Type of the resource.
    #[serde(rename = "type")]
    pub ty: String,
    /// Region code, or `global`.
    pub region: String,
    /// Id of the resource.
    pub id: String,
}

/// A resource as it should be.
#[derive(Debug)]
pub struct Wanted {
    /// Which.
    pub target: Target,
    /// What it should hold, beside whatever else it holds.
    pub state: State,
    /// Whether one that is there is good enough, however it is set.
    pub only_if_missing: bool,
    /// Whether it must be there: what a finding is about is changed, never made.
    pub must_exist: bool,
    /// What bringing it about risks.
    pub risk: FixRisk,
    /// Places of those that must be there before.
    pub after: BTreeSet<usize>,
    /// What a person must do then.
    pub then: Option<Text>,
    /// For which findings, by their place.
    pub findings: BTreeSet<usize>,
}

/// What only a person can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForPerson {
    /// What, and where.
    pub what: Text,
    /// For which findings.
    pub findings: Vec<FindingRef>,
}

/// Something that nobody has told.
#[derive(Debug)]
pub struct Missing {
    /// Of which one is enough.
    pub inputs: Vec<&'static Input>,
    /// For which findings, by their place.
    pub findings: BTreeSet<usize>,
}

/// Everything that is wanted.
#[derive(Debug, Default)]
pub struct Draft {
    /// The failing findings that were looked at.
    pub findings: Vec<FindingRef>,
    /// Resources as they should be, each after those that it comes after.
    pub wanted: Vec<Wanted>,
    /// What only a person can do.
    pub for_person: Vec<ForPerson>,
    /// What nobody has told.
    pub missing: Vec<Missing>,
    /// Findings for which nothing can be planned, and why.
    pub unplanned: Vec<ForPerson>,
}

/// Places in [`Draft::wanted`] by the name that a fix gave.
type Named = BTreeMap<String, Vec<usize>>;

/// A part, its region and its arguments.
type PartKey = (String, String, String);

struct Drafting<'a> {
    world: &'a World<'a>,
    told: &'a Told,
    parts: &'a [Part],
    account: &'a str,
    draft: Draft,
    /// By resource, and whether only its status is wanted: such a wish comes as a step of its own.
    places: BTreeMap<(Target, bool), usize>,
    used: BTreeMap<PartKey, Named>,
}

/// For which finding, in which region, at what risk.
#[derive(Clone, Copy)]
struct Purpose<'p> {
    finding: usize,
    region: &'p str,
    risk: FixRisk,
}

/// Drafts the fixes of every failing finding.
pub fn draft<'a>(
    evaluation: &Evaluation<'a>,
    world: &'a World<'a>,
    parts: &'a [Part],
    told: &'a Told,
) -> Draft {
    let account = world.snapshot.header().accounts.first().map_or("", String::as_str);
    let draft = Draft::default();
    let (places, used) = Default::default();
    let mut drafting = Drafting { world, told, parts, account, draft, places, used };
    for (rule, subject, status) in evaluation.judged() {
        if status == Status::Fail {
            drafting.finding(rule, subject);
        }
    }
    for (rule, subject, why) in evaluation.unread() {
        let finding = reference(world, rule, subject);
        drafting.unplanned(&why, finding);
    }
    drafting.draft
}

fn reference(world: &World<'_>, rule: &Rule, subject: Subject<'_>) -> FindingRef {
    let reference = subject.reference(world);
    FindingRef {
        rule: rule.info.id.clone(),
        ty: reference.ty.into_owned(),
        region: reference.region.into_owned(),
        id: reference.id.into_owned(),
    }
}

impl<'a> Drafting<'a> {
    fn finding(&mut self, rule: &'a Rule, subject: Subject<'a>) {
        let finding = reference(self.world, rule, subject);
        let (told, place) = (self.told, self.draft.findings.len());
        self.draft.findings.push(finding.clone());
        let region = told.place(&finding.region).to_owned();
        let Some(input) = told.values(&region) else {
            let what = Text {
                en: Some(format!("region {region} is not one of those that were read")),
                ja: Some(format!("リージョン {region} は読み取られていません")),
            };
            return self.draft.unplanned.push(ForPerson { what, findings: vec![finding] });
        };
        let mut renderer = Renderer::new(self.world, subject, &rule.params, input);
        let planned = match &rule.fix {
            Some(fix) => {
                let purpose = Purpose { finding: place, region: &region, risk: fix.risk };
                self.fix(fix, &mut renderer, input, purpose)
            }
            None => Ok(false),
        };
        match planned {
            Ok(true) => {}
            Ok(false) => {
                let manual = rule.fix.as_ref().and_then(|fix| fix.manual.as_ref());
                let what = match manual {
                    Some(manual) => renderer.message(manual),
                    None => rule.info.remediation.clone(),
                };
                self.for_person(what, finding);
            }
            Err(why) => {
                // Half a fix is none; what others want too stays.
                for wanted in &mut self.draft.wanted {
                    wanted.findings.remove(&place);
                }
                self.unplanned(&why, finding);
            }
        }
    }

    /// Nothing can be planned for a finding.
    fn unplanned(&mut self, why: &Unknown, finding: FindingRef) {
        let gaps = &self.world.gaps;
        let [en, ja] = [Lang::En, Lang::Ja].map(|lang| Some(why.text(gaps, lang)));
        let what = Text { en, ja };
        match self.draft.unplanned.iter_mut().find(|it| it.what == what) {
            Some(same) => same.findings.push(finding),
            None => self.draft.unplanned.push(ForPerson { what, findings: vec![finding] }),
        }
    }

    /// Several findings may ask a person for the same.
    fn for_person(&mut self, what: Text, finding: FindingRef) {
        match self.draft.for_person.iter_mut().find(|it| it.what == what) {
            Some(same) => same.findings.push(finding),
            None => self.draft.for_person.push(ForPerson { what, findings: vec![finding] }),
        }
    }

    /// Whether anything mends the finding.
    fn fix<'r>(
        &mut self,
        fix: &'r Fix,
        renderer: &mut Renderer<'r>,
        input: &Values,
        purpose: Purpose<'_>,
    ) -> Rendered<bool> {
        self.asks(&fix.asks, renderer, input, purpose.finding)?;
        let mut named = Named::new();
        let mut is_planned = false;
        for used in &fix.uses {
            is_planned |= self.part(used, renderer, purpose, &mut named)?;
        }
        for desired in &fix.resources {
            is_planned |= self.desired(desired, renderer, purpose, &mut named)?;
        }
        Ok(is_planned)
    }

    /// Notes what has to be told and was not.
    fn asks<'r>(
        &mut self,
        asks: &'r [Ask],
        renderer: &mut Renderer<'r>,
        input: &Values,
        finding: usize,
    ) -> Rendered<()> {
        for ask in asks {
            let is_told = |it: &&Input| match input.get(it.name) {
                None | Some(Json::Null) => false,
                Some(Json::Array(items)) => !items.is_empty(),
                Some(_) => true,
            };
            if ask.inputs.iter().any(is_told) || !renderer.holds(ask.when.as_ref())? {
                continue;
            }
            let keys = |inputs: &[&'static Input]| -> Vec<&str> {
                inputs.iter().map(|input| input.key).collect()
            };
            let same = |it: &&mut Missing| keys(&it.inputs) == keys(&ask.inputs);
            match self.draft.missing.iter_mut().find(same) {
                Some(missing) => drop(missing.findings.insert(finding)),
                None => self.draft.missing.push(Missing {
                    inputs: ask.inputs.clone(),
                    findings: BTreeSet::from([finding]),
                }),
            }
        }
        Ok(())
    }

    /// Uses a part, which is filled in once for each region and arguments; whether it wants anything.
    fn part<'r>(
        &mut self,
        used: &'r Use,
        renderer: &mut Renderer<'r>,
        purpose: Purpose<'_>,
        named: &mut Named,
    ) -> Rendered<bool> {
        let elements = elements(used.each.as_ref(), renderer)?;
        let mut is_planned = false;
        for element in &elements {
            renderer.element(element);
            if renderer.holds(used.when.as_ref())? {
                is_planned |= self.part_with(used, renderer, purpose, named)?;
            }
        }
        renderer.element("");
        Ok(is_planned)
    }

    fn part_with<'r>(
        &mut self,
        used: &'r Use,
        renderer: &mut Renderer<'r>,
        purpose: Purpose<'_>,
        named: &mut Named,
    ) -> Rendered<bool> {
        let mut arguments = Values::new();
        for (name, pieces) in &used.with {
            arguments.insert(name.clone(), Json::String(renderer.text(pieces)?));
        }
        let written = Json::Object(arguments.clone().into_iter().collect()).to_string();
        let key = (used.part.clone(), purpose.region.to_owned(), written);
        let names = match self.used.get(&key) {
            Some(names) => names.clone(),
            None => {
                let names = self.filled_in(&used.part, &arguments, purpose)?;
                self.used.insert(key, names.clone());
                names
            }
        };
        let places: Vec<usize> = names.values().flatten().copied().collect();
        for place in &places {
            self.draft.wanted[*place].findings.insert(purpose.finding);
        }
        for (name, places) in names {
            named.entry(format!("{}.{name}", used.part)).or_default().extend(places);
        }
        Ok(!places.is_empty())
    }

    fn filled_in(&mut self, name: &str, with: &Values, purpose: Purpose<'_>) -> Rendered<Named> {
        let (parts, told) = (self.parts, self.told);
        let mut named = Named::new();
        let found = parts.iter().find(|part| part.name == name);
        let (Some(part), Some(input)) = (found, told.values(purpose.region)) else {
            return Ok(named);
        };
        let subject = Subject::Region(self.account, purpose.region);
        // What a part does that is not safe, it says itself.
        let purpose = Purpose { risk: FixRisk::Safe, ..purpose };
        let mut renderer = Renderer::new(self.world, subject, with, input);
        self.asks(&part.asks, &mut renderer, input, purpose.finding)?;
        for used in &part.uses {
            self.part(used, &mut renderer, purpose, &mut named)?;
        }
        for desired in &part.resources {
            self.desired(desired, &mut renderer, purpose, &mut named)?;
        }
        Ok(named)
    }

    /// Adds what one template wants; whether it wants anything.
    fn desired<'r>(
        &mut self,
        desired: &'r Desired,
        renderer: &mut Renderer<'r>,
        purpose: Purpose<'_>,
        named: &mut Named,
    ) -> Rendered<bool> {
        let elements = elements(desired.each.as_ref(), renderer)?;
        let mut places = Vec::new();
        for element in &elements {
            renderer.element(element);
            if renderer.holds(desired.when.as_ref())? {
                places.push(self.wanted(desired, renderer, purpose, named)?);
            }
        }
        renderer.element("");
        let is_planned = !places.is_empty();
        let name = desired.name.clone().unwrap_or_else(|| format!("{}", named.len()));
        named.insert(name, places);
        Ok(is_planned)
    }

    /// Adds one wish, or joins it with one for the same resource.
    fn wanted<'r>(
        &mut self,
        desired: &'r Desired,
        renderer: &mut Renderer<'r>,
        purpose: Purpose<'_>,
        named: &Named,
    ) -> Rendered<usize> {
        let is_global = types::settable(desired.ty).is_some_and(|it| it.scope == Scope::Global);
        let region = if is_global { GLOBAL } else { purpose.region };
        let target = Target {
            ty: desired.ty.to_owned(),
            region: region.to_owned(),
            id: renderer.text(&desired.id)?,
        };
        let state = State {
            properties: renderer.map(&desired.properties)?,
            status: renderer.map(&desired.status)?,
        };
        let after = desired.after.iter().filter_map(|(name, _)| named.get(name)).flatten();
        let FindingRef { ty, id, region, .. } = &self.draft.findings[purpose.finding];
        let wanted = Wanted {
            state,
            only_if_missing: desired.only_if_missing,
            must_exist: (ty, id, region) == (&target.ty, &target.id, &target.region),
            risk: desired.risk.unwrap_or(purpose.risk),
            after: after.copied().collect(),
            then: desired.then.as_ref().map(|then| renderer.message(then)),
            findings: BTreeSet::from([purpose.finding]),
            target,
        };
        self.join(wanted)
    }

    fn join(&mut self, wanted: Wanted) -> Rendered<usize> {
        let only_status = wanted.state.properties.is_empty();
        let key = (wanted.target.clone(), only_status);
        let Some(&place) = self.places.get(&key) else {
            let place = self.draft.wanted.len();
            self.places.insert(key, place);
            self.draft.wanted.push(wanted);
            return Ok(place);
        };
        let known = &mut self.draft.wanted[place];
        let joined = |a, b| {
            merge::both_maps(a, b).map_err(|path| {
                let Target { ty, id, .. } = &wanted.target;
                let what = format!("{path} of {ty} {id} is wanted otherwise by another fix");
                Unknown::from(Reason::Evaluation(what))
            })
        };
        known.state = State {
            properties: joined(&known.state.properties, &wanted.state.properties)?,
            status: joined(&known.state.status, &wanted.state.status)?,
        };
        known.only_if_missing &= wanted.only_if_missing;
        known.must_exist |= wanted.must_exist;
        known.risk = known.risk.max(wanted.risk);
        known.after.extend(wanted.after.iter().filter(|after| **after != place));
        known.findings.extend(wanted.findings);
        known.then = known.then.take().or(wanted.then);
        Ok(place)
    }
}

/// The elements of an `each`; one that is empty where there is none.
fn elements<'r>(each: Option<&'r Expr>, renderer: &mut Renderer<'r>) -> Rendered<Vec<String>> {
    match each {
        Some(list) => renderer.elements(list),
        None => Ok(vec![String::new()]),
    }
}
