//! A small made-up report for the formats' tests: every status, several sections, evidence, gaps,
//! a waiver, notices, and names that mean harm.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::{
    Evidence, Finding, FixRisk, Gap, Lang, Notice, Report, ResourceRef, RuleInfo, Severity, Status,
    Summary, Text, Waiver,
};

use super::Style;

/// What a report borrows from.
pub struct World {
    lang: Lang,
    accounts: Vec<String>,
    regions: Vec<String>,
    rules: Vec<RuleInfo>,
}

const DB: &str = "AWS::RDS::DBInstance";
const TOKYO: &str = "ap-northeast-1";

/// A name that tries everything: a new line, an escape, quotes, the end of CDATA, a bidi override.
pub const HOSTILE: &str = "evil\n\x1b[31mdb\"'<&]]>\u{202e}gpj\u{9b}2J";

impl World {
    pub fn new(lang: Lang) -> World {
        let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect();
        World {
            lang,
            accounts: words(&["123456789012"]),
            regions: words(&[TOKYO, "us-east-1"]),
            rules: rules(),
        }
    }

    pub fn report(&self, findings: &[Finding<'_>]) -> Report<'_> {
        let ja = self.lang == Lang::Ja;
        Report {
            collected_at: "2026-07-01T18:12:44Z",
            accounts: &self.accounts,
            regions: &self.regions,
            summary: summary(findings),
            rules: self.rules.iter().collect(),
            gaps: gaps(),
            notices: vec![Notice {
                kind: "waiver-expired".to_owned(),
                message: pick(
                    ja,
                    "the waiver of ecr-scan-on-push for legacy expired on 2026-05-31 (bob)",
                    "ecr-scan-on-push の legacy に対する免除は 2026-05-31 に期限切れ（bob）",
                ),
            }],
            lang: self.lang,
        }
    }

    /// The findings without those of hostile names.
    pub fn calm(&self) -> Vec<Finding<'_>> {
        let mut findings = self.findings();
        findings
            .retain(|finding| finding.resource.id.len() < 1000 && finding.resource.id != HOSTILE);
        findings
    }

    pub fn findings(&self) -> Vec<Finding<'_>> {
        let ja = self.lang == Lang::Ja;
        let mut findings = Vec::new();
        let mut add = |rule: usize, status, resource, message: String, evidence| {
            let rule = &self.rules[rule];
            findings.push(Finding {
                rule,
                status,
                resource,
                message: Cow::Owned(message),
                evidence,
                evidence_omitted: 0,
                waiver: None,
            });
        };
        add(
            0,
            Status::Waived,
            resource("AWS::ECS::Service", "prod/batch", TOKYO),
            pick(
                ja,
                "prod/batch cannot scale: it has no scalable target",
                "prod/batch にスケーリング対象がない",
            ),
            vec![],
        );
        add(
            0,
            Status::Pass,
            resource("AWS::ECS::Service", "prod/web", TOKYO),
            pick(ja, "scales between 2 and 6", "2 から 6 の間で増減する"),
            vec![],
        );
        add(
            1,
            Status::Fail,
            resource("Audit::Region", "us-east-1", "us-east-1"),
            pick(ja, "no detector is enabled in us-east-1", "us-east-1 で有効なディテクターがない"),
            vec![],
        );
        add(
            1,
            Status::Pass,
            resource("Audit::Region", TOKYO, TOKYO),
            pick(ja, "a detector is enabled", "ディテクターが有効"),
            vec![],
        );
        add(
            2,
            Status::NotApplicable,
            resource("AWS::IAM::User", "alice", "global"),
            pick(ja, "audit.toml has no roster of users", "audit.toml に利用者の名簿がない"),
            vec![],
        );
        add(
            3,
            Status::Fail,
            resource(DB, "billing-db", TOKYO),
            pick(
                ja,
                "no alarm on CPUUtilization watches billing-db",
                "billing-db の CPUUtilization を監視するアラームがない",
            ),
            vec![],
        );
        add(
            3,
            Status::Fail,
            resource(DB, "orders-db", TOKYO),
            pick(
                ja,
                "no alarm on CPUUtilization that reaches someone watches orders-db",
                "orders-db の CPUUtilization を監視し、誰かに届くアラームがない",
            ),
            alarms(ja),
        );
        add(
            3,
            Status::Fail,
            resource(DB, HOSTILE, TOKYO),
            pick(
                ja,
                &format!("no alarm watches {HOSTILE}"),
                &format!("{HOSTILE} を監視するアラームがない"),
            ),
            vec![],
        );
        add(
            3,
            Status::Fail,
            resource(DB, &"x".repeat(10_000), TOKYO),
            pick(
                ja,
                &format!("no alarm watches {}", "x".repeat(10_000)),
                &format!("{} を監視するアラームがない", "名".repeat(10_000)),
            ),
            vec![],
        );
        add(3, Status::Unknown, resource(DB, "*", "us-east-1"), refused(ja), vec![]);
        add(
            4,
            Status::Pass,
            resource(DB, "orders-db", TOKYO),
            pick(ja, "storage autoscaling has room left", "ストレージの自動拡張に余裕がある"),
            vec![seen(DB, "orders-db", "200 GiB of 1000 GiB")],
        );
        add(4, Status::Unknown, resource(DB, "*", "us-east-1"), refused(ja), vec![]);
        add(
            5,
            Status::Fail,
            resource("AWS::Budgets::Budget", "monthly", "global"),
            pick(
                ja,
                "forecast 312.40 USD exceeds the limit of 200 USD",
                "予測 312.40 USD が上限 200 USD を超えている",
            ),
            vec![],
        );
        findings[0].waiver = Some(Waiver {
            reason: pick(ja, "one task by design", "設計上タスクは 1 つ"),
            owner: "alice".to_owned(),
            expires: "2027-03-31".to_owned(),
        });
        findings[6].evidence_omitted = 2;
        findings
    }
}

/// A style without colour.
pub fn plain(width: usize) -> Style {
    Style { color: false, width }
}

/// Counts, as the engine would hand them over.
pub fn summary(findings: &[Finding<'_>]) -> Summary {
    let mut summary = Summary::default();
    for finding in findings {
        let severity = finding.rule.severity;
        match finding.status {
            Status::Pass => summary.pass += 1,
            Status::Fail => {
                summary.fail += 1;
                *summary.fail_by_severity.entry(severity).or_default() += 1;
            }
            Status::Unknown => {
                summary.unknown += 1;
                *summary.unknown_by_severity.entry(severity).or_default() += 1;
            }
            Status::NotApplicable => summary.not_applicable += 1,
            Status::Waived => summary.waived += 1,
        }
    }
    summary
}

fn pick(ja: bool, english: &str, japanese: &str) -> String {
    (if ja { japanese } else { english }).to_owned()
}

fn refused(ja: bool) -> String {
    pick(
        ja,
        "could not list AWS::RDS::DBInstance: rds:DescribeDBInstances was refused (missing IAM action rds:DescribeDBInstances)",
        "AWS::RDS::DBInstance を一覧できない: rds:DescribeDBInstances が拒否された（必要な権限 rds:DescribeDBInstances）",
    )
}

fn alarms(ja: bool) -> Vec<Evidence<'static>> {
    let cpu = pick(
        ja,
        "its topic audit-alerts has only a subscription that was never confirmed (ops@example.com)",
        "通知先トピック audit-alerts の購読は未確認のもの（ops@example.com）だけ",
    );
    let old = pick(
        ja,
        "watches orders-db-2019, another instance",
        "別のインスタンス orders-db-2019 を監視している",
    );
    vec![
        seen("AWS::CloudWatch::Alarm", "orders-db-cpu", &cpu),
        seen("AWS::CloudWatch::Alarm", "orders-db-cpu-old", &old),
    ]
}

fn seen(ty: &'static str, id: &'static str, note: &str) -> Evidence<'static> {
    Evidence { ty: Cow::Borrowed(ty), id: Cow::Borrowed(id), note: note.to_owned() }
}

fn resource(ty: &str, id: &str, region: &str) -> ResourceRef<'static> {
    let own = |text: &str| Cow::Owned(text.to_owned());
    ResourceRef {
        ty: own(ty),
        id: own(id),
        arn: own(""),
        account: own("123456789012"),
        region: own(region),
        name: own(id),
    }
}

fn gaps() -> Vec<Gap> {
    let gap = |region: &str, operation: &str, actions: &[&str], outcome: &str, message: &str| Gap {
        account: "123456789012".to_owned(),
        region: region.to_owned(),
        operation: operation.to_owned(),
        actions: actions.iter().map(|&action| action.to_owned()).collect(),
        outcome: outcome.to_owned(),
        message: message.to_owned(),
    };
    vec![
        gap(
            "global",
            "budgets:DescribeBudgets",
            &["budgets:ViewBudget"],
            "denied",
            "AccessDeniedException",
        ),
        gap(
            "us-east-1",
            "rds:DescribeDBInstances",
            &["rds:DescribeDBInstances"],
            "denied",
            "AccessDenied: not authorized",
        ),
        gap(TOKYO, "sns:ListTopics", &["sns:ListTopics"], "error", "throttled to the end\u{1b}[2J"),
        gap("us-east-1", "sns:ListTopics", &["sns:ListTopics"], "error", "throttled to the end"),
    ]
}

fn rules() -> Vec<RuleInfo> {
    let rule =
        |id: &str, section: &str, severity, title: (&str, &str), remediation: (&str, &str), fix| {
            RuleInfo {
                id: id.to_owned(),
                section: section.to_owned(),
                severity,
                title: text(title),
                why: text(("Nobody watches around the clock.", "誰も常時は見ていない。")),
                remediation: text(remediation),
                references: vec!["https://docs.aws.amazon.com/".to_owned()],
                frameworks: BTreeMap::from([("aws-fsbp".to_owned(), vec!["X.1".to_owned()])]),
                fix,
            }
        };
    vec![
        rule(
            "ecs-service-autoscaling",
            "prerequisites",
            Severity::Medium,
            ("Services scale by themselves", "サービスが自動で増減する"),
            ("Register a scalable target.", "スケーリング対象を登録する。"),
            Some(FixRisk::Review),
        ),
        rule(
            "guardduty-enabled",
            "security",
            Severity::Critical,
            ("GuardDuty is enabled", "GuardDuty が有効"),
            (
                "Enable GuardDuty in every region that is in use:\n\naws guardduty create-detector --enable --finding-publishing-frequency FIFTEEN_MINUTES\n",
                "使っている全リージョンで GuardDuty を有効にする:\n\naws guardduty create-detector --enable --finding-publishing-frequency FIFTEEN_MINUTES\n",
            ),
            Some(FixRisk::Safe),
        ),
        rule(
            "iam-user-known",
            "security",
            Severity::High,
            ("IAM users are on the roster", "IAM ユーザーが名簿にある"),
            ("Delete the user.", "ユーザーを削除する。"),
            None,
        ),
        rule(
            "rds-cpu-alarm",
            "resource-monitoring",
            Severity::High,
            ("RDS CPU is alarmed", "RDS の CPU を監視している"),
            (
                "Create an alarm on CPUUtilization with dimension DBInstanceIdentifier\nwhose action is a topic with a confirmed subscription.\n\nConfirm the pending subscription: its mail is in the inbox of the address.\n\nOne more paragraph.\n\nAnd another that does not fit.",
                "ディメンション DBInstanceIdentifier を持つ CPUUtilization のアラームを作り、\n確認済みの購読があるトピックをアクションにする。\n\n未確認の購読を確認する（確認メールは宛先の受信箱にある）。",
            ),
            Some(FixRisk::Safe),
        ),
        rule(
            "rds-storage-alarm",
            "resource-monitoring",
            Severity::High,
            ("RDS storage is alarmed or grows", "RDS のストレージを監視しているか、自動で広がる"),
            ("Set MaxAllocatedStorage.", "MaxAllocatedStorage を設定する。"),
            None,
        ),
        rule(
            "budget-within-limit",
            "cost",
            Severity::Medium,
            ("Spending stays within the budget", "支出が予算に収まっている"),
            ("Find what grew in Cost Explorer.", "Cost Explorer で増えたものを探す。"),
            Some(FixRisk::Manual),
        ),
    ]
}

fn text((en, ja): (&str, &str)) -> Text {
    Text { en: Some(en.to_owned()), ja: Some(ja.to_owned()) }
}
