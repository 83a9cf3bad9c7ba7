//! Endpoints that users reach, and the canaries that probe them.
//!
//! An endpoint is declared, or derived from what application load balancers that face the internet say of their
//! hosts. URLs are compared as browsers do: the host without case, a default port like none, a path with all that
//! is below it.

use std::collections::BTreeSet;

use url::Url;

use super::gaps::GapId;
use super::reason::{Reason, Unknown};
use super::team::Team;
use super::world::World;
use crate::model::stable_hash;
use crate::snapshot::{Json, ResourceView, Snapshot};

/// Type of a canary.
pub const CANARY: &str = "AWS::Synthetics::Canary";
const LOAD_BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
const RULE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";

/// Something that users reach.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// Account that it belongs to.
    pub account: String,
    /// Its URL, normalized; its id.
    pub url: String,
    /// The load balancer that tells no host name, when the URL is only its own address.
    pub unnamed: Option<String>,
}

/// A URL without query and fragment, its host in lower case, a default port left out, no slash at the end; none
/// when it is no URL of the web.
pub fn normalize(text: &str) -> Option<String> {
    let mut url = Url::parse(text.trim()).ok()?;
    if !["http", "https"].contains(&url.scheme()) || url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    Some(String::from(url).trim_end_matches('/').to_owned())
}

/// Whether a probe of `probed` is a probe of the endpoint: the same place, or one below it.
fn covers(endpoint: &str, probed: &str) -> bool {
    let rest = normalize(probed).and_then(|it| it.strip_prefix(endpoint).map(str::to_owned));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The endpoints of a snapshot, sorted.
pub fn of(snapshot: &Snapshot, team: &Team) -> Vec<Endpoint> {
    let found: BTreeSet<Endpoint> = match &team.endpoints {
        Some(urls) => {
            let account = snapshot.header().accounts.first().cloned().unwrap_or_default();
            let urls = urls.iter().filter_map(|url| normalize(url));
            urls.map(|url| Endpoint { account: account.clone(), url, unnamed: None }).collect()
        }
        None => {
            let balancers = snapshot.of_type(LOAD_BALANCER).map(|i| snapshot.get(i));
            balancers.filter(|it| faces_users(*it)).flat_map(|it| derived(snapshot, it)).collect()
        }
    };
    found.into_iter().collect()
}

fn text(json: Json<'_>, key: &str) -> String {
    json.get(key).and_then(Json::as_str).unwrap_or_default().into_owned()
}

fn faces_users(balancer: ResourceView<'_>) -> bool {
    let properties = balancer.properties();
    text(properties, "Type") == "application" && text(properties, "Scheme") == "internet-facing"
}

/// The endpoints of a load balancer; where no host is named its own address, which users may not use.
fn derived(snapshot: &Snapshot, balancer: ResourceView<'_>) -> Vec<Endpoint> {
    let (account, region) = (balancer.account(), balancer.region());
    let mut urls = BTreeSet::new();
    let mut serves = false;
    for i in snapshot.of_type_in(LISTENER, account, region) {
        let listener = snapshot.get(i);
        if text(listener.properties(), "LoadBalancerArn") != balancer.arn() {
            continue;
        }
        let hosts = hosts(snapshot, listener);
        serves |= hosts.is_some();
        urls.extend(hosts.unwrap_or_default().iter().filter_map(|host| url(listener, host)));
    }
    let endpoint = |url, unnamed| Endpoint { account: account.to_owned(), url, unnamed };
    if urls.is_empty() && serves {
        let own = normalize(&format!("http://{}", text(balancer.status(), "DNSName")));
        let own = own.unwrap_or_else(|| balancer.name().into_owned());
        return vec![endpoint(own, Some(balancer.name().into_owned()))];
    }
    urls.into_iter().map(|url| endpoint(url, None)).collect()
}

fn url(listener: ResourceView<'_>, host: &str) -> Option<String> {
    let scheme = text(listener.properties(), "Protocol").to_lowercase();
    let port = listener.properties().get("Port").and_then(Json::as_f64)?;
    normalize(&format!("{scheme}://{host}:{port}"))
}

/// Hosts that a listener serves, without patterns; none when it serves nothing and only sends elsewhere.
fn hosts(snapshot: &Snapshot, listener: ResourceView<'_>) -> Option<BTreeSet<String>> {
    let serves = |actions: Option<Json<'_>>| {
        let mut types = actions.into_iter().flat_map(Json::elements).map(|it| text(it, "Type"));
        types.any(|ty| ty == "forward" || ty == "fixed-response")
    };
    let mut hosts = BTreeSet::new();
    let by_default = serves(listener.properties().get("DefaultActions"));
    let mut any = by_default;
    if by_default {
        let names = listener.status().get("CertificateNames");
        hosts.extend(names.into_iter().flat_map(Json::elements).filter_map(Json::as_str));
    }
    for i in snapshot.of_type_in(RULE, listener.account(), listener.region()) {
        let properties = snapshot.get(i).properties();
        let is_of = text(properties, "ListenerArn") == listener.arn();
        if !is_of || !serves(properties.get("Actions")) {
            continue;
        }
        any = true;
        let conditions = properties.get("Conditions").into_iter().flat_map(Json::elements);
        let named = conditions.filter(|it| text(*it, "Field") == "host-header");
        let values = named.flat_map(|it| it.get("Values").into_iter().flat_map(Json::elements));
        hosts.extend(values.filter_map(Json::as_str));
    }
    let plain = hosts.into_iter().filter(|host| !host.contains(['*', '?']));
    any.then(|| plain.map(|host| host.to_lowercase()).collect())
}

/// Why there may be more endpoints in a region than load balancers told; only where none were declared.
pub fn gap(world: &World<'_>, account: &str, region: &str) -> Option<GapId> {
    if world.team.endpoints.is_some() {
        return None;
    }
    let lists = [LOAD_BALANCER, LISTENER, RULE].into_iter();
    let gap = lists.filter_map(|ty| world.list_gap(ty, account, region)).next();
    // Without any listener there are no certificates to miss.
    let mut listeners = world.snapshot.of_type_in(LISTENER, account, region);
    gap.or_else(|| listeners.find_map(|i| world.node(i).gap("status", "CertificateNames")))
}

/// Longest name of a canary in the older forms of its API; newer ones take 255 characters.
const LONGEST_NAME: usize = 21;

/// The name of the canary that a fix makes for an endpoint: `audit-`, a part of its host that people know it by,
/// and a hash of its URL, which tells it from others of the same host.
pub fn canary_name(url: &str) -> String {
    let host = Url::parse(url).ok().and_then(|it| it.host_str().map(str::to_owned));
    let host = host.unwrap_or_default();
    let known = host.strip_prefix("www.").unwrap_or(&host);
    let plain = known.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    let hash: String = stable_hash(url).chars().take(6).collect();
    let room = LONGEST_NAME - "audit--".len() - hash.len();
    let part: String = plain.take(room).collect::<String>().to_ascii_lowercase();
    match part.trim_matches('-') {
        "" => format!("audit-{hash}"),
        part => format!("audit-{part}-{hash}"),
    }
}

/// Canaries that probe an endpoint, and why there may be others.
#[derive(Debug, Default)]
pub struct Probes {
    /// Those that do for sure.
    pub sure: Vec<u32>,
    /// Those that might.
    pub doubtful: Vec<(u32, Unknown)>,
    /// Why there may be more.
    pub more: Option<Unknown>,
}

/// The canaries that probe an endpoint, of whatever account and region.
pub fn probes(world: &World<'_>, endpoint: &Endpoint) -> Probes {
    let mut probes = Probes::default();
    for i in world.snapshot.of_type(CANARY) {
        let canary = world.node(i);
        let name = || canary.view.name().into_owned();
        match canary.status("Urls") {
            Err(unknown) => probes.doubtful.push((i, unknown)),
            Ok(urls) => {
                let urls: Vec<_> =
                    urls.into_iter().flat_map(Json::elements).filter_map(Json::as_str).collect();
                if urls.iter().any(|url| covers(&endpoint.url, url)) {
                    probes.sure.push(i);
                } else if urls.is_empty() {
                    probes.doubtful.push((i, Reason::CanaryTargetUnknown(name()).into()));
                }
            }
        }
    }
    let gap = world.places().find_map(|(account, region)| world.list_gap(CANARY, account, region));
    let unnamed = endpoint.unnamed.clone().map(|it| Reason::EndpointUndeclared(it).into());
    probes.more = gap.map(Unknown::Gap).or(unnamed);
    probes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_canaries_are_short_and_each_its_own() {
        for url in [
            "https://app.example.com",
            "https://app.example.com/health",
            "https://www.a-very-long-name.example.com",
            "https://xn--r8jz45g.jp",
            "http://[2001:db8::1]:8080",
            "nonsense",
        ] {
            let name = canary_name(url);
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(name.len() <= LONGEST_NAME && name.chars().all(is_plain), "{name}");
        }
        assert_eq!(canary_name("https://app.example.com"), "audit-app-exam-6b1419");
        assert_ne!(canary_name("https://a.jp/x"), canary_name("https://a.jp/y"));
    }

    #[test]
    fn urls_are_compared_as_browsers_do() {
        let same = |a: &str, b: &str| covers(&normalize(a).expect("a URL"), b);
        for (endpoint, probed) in [
            ("https://App.Example.com", "https://app.example.com/"),
            ("https://app.example.com:443/health/", "https://app.example.com/health"),
            ("http://app.example.com:80", "http://app.example.com/x?y=1#z"),
            ("https://app.example.com/api", "https://app.example.com/api/v1"),
            ("https://xn--r8jz45g.jp", "https://例え.jp/"),
        ] {
            assert!(same(endpoint, probed), "{endpoint} {probed}");
        }
        for (endpoint, probed) in [
            ("https://app.example.com", "http://app.example.com"),
            ("https://app.example.com", "https://app.example.com.evil.jp"),
            ("https://app.example.com", "https://app.example.com:8443"),
            ("https://app.example.com/api", "https://app.example.com/apiary"),
            ("https://app.example.com/health", "https://app.example.com"),
            ("https://app.example.com", "app.example.com"),
        ] {
            assert!(!same(endpoint, probed), "{endpoint} {probed}");
        }
        for none in ["", "app.example.com", "ftp://app.example.com", "https://", "/health"] {
            assert_eq!(normalize(none), None, "{none}");
        }
    }
}
