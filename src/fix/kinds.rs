//! What is known of each resource type that a fix can change, without asking AWS: which operations a
//! change takes, whether it can be tagged, and what an undo cannot bring back.

use super::plan::ChangeKind;
use crate::model::ops::{self, fix};
use crate::model::{Op, Text};

/// A resource type that a fix can change.
#[derive(Debug)]
pub struct Kind {
    /// CloudFormation resource type.
    pub ty: &'static str,
    /// Operations that read one.
    pub reads: &'static [&'static Op],
    /// Operations that make one.
    pub creates: &'static [Step],
    /// Operations that change one.
    pub updates: &'static [Step],
    /// Operations that delete one; of what cannot be deleted, those that take its changes back.
    pub deletes: &'static [&'static Op],
    /// Properties whose lists others may hold a part of, so that nothing is taken out of them.
    pub joins: &'static [&'static str],
    /// What an undo leaves behind of one that was made, in English and Japanese.
    pub left_behind: Option<(&'static str, &'static str)>,
    /// What an undo does not bring back of one that was changed.
    pub lost: Option<(&'static str, &'static str)>,
}

/// An operation, and what makes it necessary.
#[derive(Debug)]
pub struct Step {
    /// The operation, or a permission that others of the same change ask for.
    pub op: &'static Op,
    /// Properties, or fields of the status, one of which must be wanted or changed; empty: always.
    pub of: &'static [&'static str],
}

const fn always(op: &'static Op) -> Step {
    Step { op, of: &[] }
}

const fn of(op: &'static Op, of: &'static [&'static str]) -> Step {
    Step { op, of }
}

impl Kind {
    /// What an undo does not take back of a change of this resource.
    pub fn undo_leaves(&self, change: ChangeKind, id: &str) -> Option<Text> {
        let left = match change {
            // Only of a subscription that asks for confirmation.
            ChangeKind::Create => self.left_behind.filter(|_| !id.contains("|lambda|")),
            ChangeKind::Update => self.lost,
        };
        left.map(|(en, ja)| Text { en: Some(en.to_owned()), ja: Some(ja.to_owned()) })
    }
}

/// The kind of this CloudFormation type, if a fix can change it.
pub fn find(ty: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.ty == ty)
}

const TRAIL: &[&str] = &[
    "S3BucketName",
    "IsMultiRegionTrail",
    "IncludeGlobalServiceEvents",
    "EnableLogFileValidation",
];

/// What a kind has unless it says otherwise.
const NOTHING: Kind = Kind {
    ty: "",
    reads: &[],
    creates: &[],
    updates: &[],
    deletes: &[],
    joins: &[],
    left_behind: None,
    lost: None,
};

/// Every kind, sorted by name.
pub static KINDS: &[Kind] = &[
    Kind {
        ty: "AWS::ApplicationAutoScaling::ScalableTarget",
        reads: &[&ops::DESCRIBE_SCALABLE_TARGETS],
        creates: &[
            always(&fix::REGISTER_SCALABLE_TARGET),
            always(&fix::ECS_SCALING_ROLE),
            always(&fix::SCALE_SERVICE),
        ],
        updates: &[always(&fix::REGISTER_SCALABLE_TARGET), always(&fix::SCALE_SERVICE)],
        deletes: &[
            &ops::DESCRIBE_SCALING_POLICIES,
            &fix::DESCRIBE_SCHEDULED_ACTIONS,
            &fix::DEREGISTER_SCALABLE_TARGET,
        ],
        left_behind: Some((
            "the service runs as many tasks as it does by then; the service-linked role of Application Auto Scaling stays",
            "サービスのタスク数はその時点のまま残ります。Application Auto Scaling のサービスにリンクされたロールも残ります",
        )),
        lost: Some((
            "the service runs as many tasks as it does by then",
            "サービスのタスク数はその時点のまま残ります",
        )),
        ..NOTHING
    },
    Kind {
        ty: "AWS::ApplicationAutoScaling::ScalingPolicy",
        reads: &[&ops::DESCRIBE_SCALING_POLICIES],
        creates: &[always(&fix::PUT_SCALING_POLICY), always(&fix::SCALING_ALARMS)],
        updates: &[always(&fix::PUT_SCALING_POLICY), always(&fix::SCALING_ALARMS)],
        deletes: &[&fix::DELETE_SCALING_POLICY],
        ..NOTHING
    },
    Kind {
        ty: "AWS::Budgets::Budget",
        reads: &[
            &fix::DESCRIBE_BUDGET,
            &ops::DESCRIBE_NOTIFICATIONS_FOR_BUDGET,
            &ops::DESCRIBE_SUBSCRIBERS_FOR_NOTIFICATION,
        ],
        creates: &[always(&fix::CREATE_BUDGET)],
        updates: &[
            of(&fix::UPDATE_BUDGET, &["Budget"]),
            of(&fix::CREATE_NOTIFICATION, &["NotificationsWithSubscribers"]),
            of(&fix::DELETE_NOTIFICATION, &["NotificationsWithSubscribers"]),
        ],
        deletes: &[&fix::DELETE_BUDGET],
        ..NOTHING
    },
    Kind {
        ty: "AWS::CE::AnomalyMonitor",
        reads: &[&ops::GET_ANOMALY_MONITORS],
        creates: &[always(&fix::CREATE_ANOMALY_MONITOR)],
        deletes: &[&ops::GET_ANOMALY_SUBSCRIPTIONS, &fix::DELETE_ANOMALY_MONITOR],
        ..NOTHING
    },
    Kind {
        ty: "AWS::CE::AnomalySubscription",
        reads: &[&ops::GET_ANOMALY_SUBSCRIPTIONS, &ops::GET_ANOMALY_MONITORS],
        creates: &[always(&fix::CREATE_ANOMALY_SUBSCRIPTION)],
        updates: &[always(&fix::UPDATE_ANOMALY_SUBSCRIPTION)],
        deletes: &[&fix::DELETE_ANOMALY_SUBSCRIPTION],
        ..NOTHING
    },
    Kind {
        ty: "AWS::Chatbot::SlackChannelConfiguration",
        reads: &[&ops::DESCRIBE_SLACK_CHANNEL_CONFIGURATIONS],
        creates: &[
            always(&fix::CREATE_SLACK_CHANNEL_CONFIGURATION),
            always(&fix::PASS_ROLE),
            always(&fix::CHATBOT_ROLE),
        ],
        updates: &[always(&fix::UPDATE_SLACK_CHANNEL_CONFIGURATION)],
        deletes: &[&fix::DELETE_SLACK_CHANNEL_CONFIGURATION],
        joins: &["SnsTopicArns"],
        left_behind: Some((
            "the service-linked role of the chat service stays",
            "チャットサービスのサービスにリンクされたロールは残ります",
        )),
        ..NOTHING
    },
    Kind {
        ty: "AWS::CloudTrail::Trail",
        reads: &[&ops::DESCRIBE_TRAILS, &ops::GET_TRAIL_STATUS, &ops::GET_EVENT_SELECTORS],
        creates: &[always(&fix::CREATE_TRAIL), of(&fix::START_LOGGING, &["IsLogging"])],
        updates: &[of(&fix::UPDATE_TRAIL, TRAIL), of(&fix::START_LOGGING, &["IsLogging"])],
        deletes: &[&fix::STOP_LOGGING, &fix::DELETE_TRAIL],
        ..NOTHING
    },
    Kind {
        ty: "AWS::CloudWatch::Alarm",
        reads: &[&ops::DESCRIBE_ALARMS],
        creates: &[always(&fix::PUT_METRIC_ALARM)],
        updates: &[always(&fix::PUT_METRIC_ALARM)],
        deletes: &[&fix::DELETE_ALARMS],
        ..NOTHING
    },
    Kind {
        ty: "AWS::CloudWatch::CompositeAlarm",
        reads: &[&ops::DESCRIBE_ALARMS],
        creates: &[always(&fix::PUT_COMPOSITE_ALARM)],
        updates: &[always(&fix::PUT_COMPOSITE_ALARM)],
        deletes: &[&fix::DELETE_ALARMS],
        ..NOTHING
    },
    Kind {
        ty: "AWS::Config::ConfigurationRecorder",
        reads: &[
            &ops::DESCRIBE_CONFIGURATION_RECORDERS,
            &ops::DESCRIBE_CONFIGURATION_RECORDER_STATUS,
        ],
        creates: &[
            always(&fix::PUT_CONFIGURATION_RECORDER),
            always(&fix::PASS_CONFIG_ROLE),
            of(&fix::START_CONFIGURATION_RECORDER, &["recording"]),
        ],
        updates: &[
            of(&fix::PUT_CONFIGURATION_RECORDER, &["RoleARN", "RecordingGroup", "RecordingMode"]),
            of(&fix::PASS_CONFIG_ROLE, &["RoleARN", "RecordingGroup"]),
            of(&fix::START_CONFIGURATION_RECORDER, &["recording"]),
        ],
        deletes: &[&fix::STOP_CONFIGURATION_RECORDER, &fix::DELETE_CONFIGURATION_RECORDER],
        left_behind: Some(("what was recorded stays recorded", "記録済みの構成情報は残ります")),
        ..NOTHING
    },
    Kind {
        ty: "AWS::Config::DeliveryChannel",
        reads: &[&ops::DESCRIBE_DELIVERY_CHANNELS],
        creates: &[always(&fix::PUT_DELIVERY_CHANNEL)],
        updates: &[always(&fix::PUT_DELIVERY_CHANNEL)],
        deletes: &[&fix::DELETE_DELIVERY_CHANNEL],
        ..NOTHING
    },
    Kind {
        ty: "AWS::ECR::RegistryScanningConfiguration",
        reads: &[&ops::GET_REGISTRY_SCANNING_CONFIGURATION],
        creates: &[always(&fix::PUT_REGISTRY_SCANNING_CONFIGURATION)],
        updates: &[always(&fix::PUT_REGISTRY_SCANNING_CONFIGURATION)],
        deletes: &[&fix::PUT_REGISTRY_SCANNING_CONFIGURATION],
        ..NOTHING
    },
    Kind {
        ty: "AWS::Events::Rule",
        reads: &[&fix::DESCRIBE_RULE, &ops::LIST_TARGETS_BY_RULE],
        creates: &[always(&fix::PUT_RULE), of(&fix::PUT_TARGETS, &["Targets"])],
        updates: &[
            of(&fix::PUT_RULE, &["Description", "EventPattern", "ScheduleExpression", "State"]),
            of(&fix::PUT_TARGETS, &["Targets"]),
            of(&fix::REMOVE_TARGETS, &["Targets"]),
        ],
        deletes: &[&fix::REMOVE_TARGETS, &fix::DELETE_RULE],
        joins: &["Targets"],
        ..NOTHING
    },
    Kind {
        ty: "AWS::GuardDuty::Detector",
        reads: &[&ops::LIST_DETECTORS, &ops::GET_DETECTOR],
        creates: &[always(&fix::CREATE_DETECTOR), always(&fix::GUARDDUTY_ROLE)],
        updates: &[always(&fix::UPDATE_DETECTOR)],
        deletes: &[&fix::DELETE_DETECTOR],
        left_behind: Some((
            "its service-linked role stays; its findings go with the detector",
            "サービスにリンクされたロールは残り、検出結果はディテクターとともに消えます",
        )),
        ..NOTHING
    },
    Kind {
        ty: "AWS::IAM::Role",
        reads: &[
            &fix::GET_ROLE,
            &fix::LIST_ROLE_POLICIES,
            &fix::GET_ROLE_POLICY,
            &fix::LIST_ATTACHED_ROLE_POLICIES,
        ],
        creates: &[
            always(&fix::CREATE_ROLE),
            of(&fix::PUT_ROLE_POLICY, &["Policies"]),
            of(&fix::ATTACH_ROLE_POLICY, &["ManagedPolicyArns"]),
        ],
        updates: &[
            of(&fix::UPDATE_ASSUME_ROLE_POLICY, &["AssumeRolePolicyDocument"]),
            of(&fix::UPDATE_ROLE_DESCRIPTION, &["Description"]),
            of(&fix::PUT_ROLE_POLICY, &["Policies"]),
            of(&fix::DELETE_ROLE_POLICY, &["Policies"]),
            of(&fix::ATTACH_ROLE_POLICY, &["ManagedPolicyArns"]),
            of(&fix::DETACH_ROLE_POLICY, &["ManagedPolicyArns"]),
        ],
        deletes: &[&fix::DELETE_ROLE_POLICY, &fix::DETACH_ROLE_POLICY, &fix::DELETE_ROLE],
        ..NOTHING
    },
    Kind {
        ty: "AWS::IAM::ServiceLinkedRole",
        reads: &[&fix::GET_ROLE],
        creates: &[always(&fix::CREATE_SERVICE_LINKED_ROLE)],
        deletes: &[&fix::DELETE_SERVICE_LINKED_ROLE, &fix::GET_SERVICE_LINKED_ROLE_DELETION_STATUS],
        ..NOTHING
    },
    Kind {
        ty: "AWS::Lambda::Function",
        reads: &[&ops::GET_FUNCTION_CONFIGURATION],
        creates: &[always(&fix::CREATE_FUNCTION), always(&fix::PASS_ROLE)],
        updates: &[
            of(&fix::UPDATE_FUNCTION_CODE, &["Code"]),
            of(
                &fix::UPDATE_FUNCTION_CONFIGURATION,
                &[
                    "Description",
                    "Runtime",
                    "Handler",
                    "Role",
                    "Timeout",
                    "MemorySize",
                    "Environment",
                ],
            ),
            of(&fix::PASS_ROLE, &["Role"]),
        ],
        deletes: &[&ops::GET_FUNCTION_POLICY, &fix::DELETE_FUNCTION],
        ..NOTHING
    },
    Kind {
        ty: "AWS::Lambda::Permission",
        reads: &[&ops::GET_FUNCTION_POLICY],
        creates: &[always(&fix::ADD_PERMISSION)],
        updates: &[always(&fix::REMOVE_PERMISSION), always(&fix::ADD_PERMISSION)],
        deletes: &[&fix::REMOVE_PERMISSION],
        ..NOTHING
    },
    Kind {
        ty: "AWS::Logs::LogGroup",
        reads: &[&ops::DESCRIBE_LOG_GROUPS],
        creates: &[
            always(&fix::CREATE_LOG_GROUP),
            of(&fix::PUT_RETENTION_POLICY, &["RetentionInDays"]),
        ],
        updates: &[of(&fix::PUT_RETENTION_POLICY, &["RetentionInDays"])],
        deletes: &[&fix::DELETE_RETENTION_POLICY, &fix::DELETE_LOG_GROUP],
        left_behind: Some((
            "its log events go with the log group",
            "ログイベントはロググループとともに消えます",
        )),
        lost: Some((
            "events that were deleted by then, for being older than that, do not come back",
            "保持期間を過ぎてそれまでに削除されたイベントは戻りません",
        )),
        ..NOTHING
    },
    Kind {
        ty: "AWS::RDS::DBInstance",
        reads: &[&ops::DESCRIBE_DB_INSTANCES],
        updates: &[always(&fix::MODIFY_DB_INSTANCE)],
        lost: Some((
            "storage that has grown by then cannot shrink again",
            "それまでに拡張されたストレージは縮小できません",
        )),
        ..NOTHING
    },
    Kind {
        ty: "AWS::S3::Bucket",
        reads: &[&fix::HEAD_BUCKET, &fix::GET_PUBLIC_ACCESS_BLOCK, &fix::GET_BUCKET_TAGGING],
        creates: &[
            always(&fix::CREATE_BUCKET),
            of(&fix::PUT_PUBLIC_ACCESS_BLOCK, &["PublicAccessBlockConfiguration"]),
            always(&fix::PUT_BUCKET_TAGGING),
        ],
        updates: &[of(&fix::PUT_PUBLIC_ACCESS_BLOCK, &["PublicAccessBlockConfiguration"])],
        deletes: &[&fix::DELETE_PUBLIC_ACCESS_BLOCK, &fix::DELETE_BUCKET],
        left_behind: Some((
            "a bucket that holds anything by then stays, with all of it",
            "それまでに何かが保存されたバケットは、中身ごと残ります",
        )),
        ..NOTHING
    },
    Kind {
        ty: "AWS::S3::BucketPolicy",
        reads: &[&fix::GET_BUCKET_POLICY],
        creates: &[always(&fix::PUT_BUCKET_POLICY)],
        updates: &[always(&fix::PUT_BUCKET_POLICY)],
        deletes: &[&fix::DELETE_BUCKET_POLICY],
        ..NOTHING
    },
    Kind {
        ty: "AWS::SNS::Subscription",
        reads: &[&fix::LIST_SUBSCRIPTIONS_BY_TOPIC],
        creates: &[always(&fix::SUBSCRIBE)],
        deletes: &[&fix::UNSUBSCRIBE],
        left_behind: Some((
            "one that was never confirmed cannot be withdrawn: it ends by itself within 48 hours, or with its topic",
            "未確認のサブスクリプションは取り消せません。48 時間以内に自動的に消えるか、トピックとともに消えます",
        )),
        ..NOTHING
    },
    Kind {
        ty: "AWS::SNS::Topic",
        reads: &[&ops::GET_TOPIC_ATTRIBUTES],
        creates: &[always(&fix::CREATE_TOPIC)],
        deletes: &[&fix::LIST_SUBSCRIPTIONS_BY_TOPIC, &ops::DESCRIBE_ALARMS, &fix::DELETE_TOPIC],
        ..NOTHING
    },
    Kind {
        ty: "AWS::SNS::TopicPolicy",
        reads: &[&ops::GET_TOPIC_ATTRIBUTES],
        creates: &[always(&fix::SET_TOPIC_ATTRIBUTES)],
        updates: &[always(&fix::SET_TOPIC_ATTRIBUTES)],
        deletes: &[&fix::SET_TOPIC_ATTRIBUTES],
        ..NOTHING
    },
    Kind {
        ty: "AWS::Synthetics::Canary",
        reads: &[&fix::GET_CANARY, &ops::GET_FUNCTION_CONFIGURATION],
        creates: &[
            always(&fix::DESCRIBE_RUNTIME_VERSIONS),
            always(&fix::CREATE_CANARY),
            always(&fix::PASS_ROLE),
            always(&fix::CANARY_FUNCTION),
            always(&fix::CANARY_LAYER),
            always(&fix::SYNTHETICS_LAYER),
            of(&fix::START_CANARY, &["State"]),
        ],
        updates: &[of(&fix::UPDATE_CANARY, &["RunConfig"]), of(&fix::START_CANARY, &["State"])],
        deletes: &[&fix::STOP_CANARY, &fix::DELETE_CANARY],
        left_behind: Some((
            "what its runs have written stays: the log group and the objects in the bucket, and with them the bucket",
            "実行時に書き込まれたもの (ロググループとバケット内のオブジェクト) は残り、そのためバケットも残ります",
        )),
        ..NOTHING
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RuleSet;

    /// A wish of a type without a kind would come to nothing; that each kind has a handler and commands, tests beside
    /// those say.
    #[test]
    fn every_type_that_a_fix_wants_can_be_changed() {
        let rules = RuleSet::load(true, &[]).expect("the rules load");
        let of_rules = rules.rules.iter().filter_map(|rule| rule.fix.as_ref());
        let of_rules = of_rules.flat_map(|fix| &fix.resources);
        let wanted = of_rules.chain(rules.parts.iter().flat_map(|part| &part.resources));
        for desired in wanted {
            let kind = find(desired.ty).unwrap_or_else(|| panic!("{} has no kind", desired.ty));
            assert!(!kind.reads.is_empty(), "{} cannot be read", desired.ty);
            let steps = || kind.creates.iter().chain(kind.updates);
            assert!(steps().any(|step| step.op.write), "{} cannot be changed", desired.ty);
            // What is wanted of the status, some operation must bring about.
            for fact in desired.status.keys() {
                let is_set = |step: &Step| step.of.contains(&fact.as_str());
                assert!(steps().any(is_set), "{fact} of {} cannot be set", desired.ty);
            }
        }
    }

    #[test]
    fn kinds_are_sorted_and_each_can_be_taken_back() {
        assert!(KINDS.is_sorted_by_key(|kind| kind.ty));
        for kind in KINDS {
            let made = !kind.creates.is_empty();
            assert!(!made || kind.deletes.iter().any(|op| op.write), "{}", kind.ty);
        }
    }
}
