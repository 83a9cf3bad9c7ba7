//! Why a link holds, breaks, or cannot be told: the engine's own words, in both languages.

use super::gaps::{GapId, Gaps};
use crate::model::Lang;

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Unknown {
    /// A call that did not answer.
    Gap(GapId),
    /// AWS's answer does not tell.
    Undecided(Box<Reason>),
}

impl From<Reason> for Unknown {
    fn from(reason: Reason) -> Unknown {
        Unknown::Undecided(Box::new(reason))
    }
}

impl Unknown {
    /// In words.
    pub fn text(&self, gaps: &Gaps, lang: Lang) -> String {
        match self {
            Unknown::Undecided(reason) => reason.text(lang),
            Unknown::Gap(id) => gaps.get(*id).map(|gap| gap_text(gap, lang)).unwrap_or_default(),
        }
    }
}

fn gap_text(gap: &crate::model::Gap, lang: Lang) -> String {
    let operation = &gap.operation;
    let actions = gap.actions.join(", ");
    let region = &gap.region;
    match (lang, gap.outcome.as_str()) {
        (Lang::En, "denied") => format!(
            "could not read: {operation} was denied in {region}; allow the IAM action {actions}"
        ),
        (Lang::Ja, "denied") => format!(
            "読み取れません: {region} の {operation} が拒否されました。IAM アクション {actions} を許可してください"
        ),
        (Lang::En, crate::model::Gap::NOT_CALLED) => {
            format!("not read: {operation} was not called in {region} (IAM action {actions})")
        }
        (Lang::Ja, crate::model::Gap::NOT_CALLED) => format!(
            "未読み取り: {region} の {operation} は呼ばれていません (IAM アクション {actions})"
        ),
        (Lang::En, outcome) => {
            format!("could not read: {operation} in {region} answered {outcome} ({})", gap.message)
        }
        (Lang::Ja, outcome) => format!(
            "読み取れません: {region} の {operation} に失敗しました ({outcome}: {})",
            gap.message
        ),
    }
}

/// Declares reasons with their words in English and Japanese.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident $(($($arg:ident),+))? = $en:literal, $ja:literal;)*) => {
        /// One link's story.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Reason { $($(#[$doc])* $name $(($(reasons!(@ty $arg)),+))?,)* }

        impl Reason {
            /// In words.
            pub fn text(&self, lang: Lang) -> String {
                match (self, lang) {
                    $((Reason::$name $(($($arg),+))?, Lang::En) => format!($en),
                      (Reason::$name $(($($arg),+))?, Lang::Ja) => format!($ja),)*
                }
            }
        }
    };
    (@ty $arg:ident) => { String };
}

reasons! {
    /// The stored text is not what the schema says.
    Malformed(what) = "the snapshot holds something unexpected: {what}", "スナップショットの内容が想定外です: {what}";
    /// Evaluation could not go on.
    Evaluation(what) = "could not be evaluated: {what}", "評価できません: {what}";

    /// Evaluation would hardly ever end.
    TooManySteps = "the rule compares too many resources with each other here to come to an end", "比較するリソースの組み合わせが多すぎるため、このルールの評価は終わりません";

    // Alarms
    /// `ActionsEnabled` is false.
    ActionsDisabled = "its actions are disabled", "アクションが無効です";
    /// No ALARM action.
    NoAlarmAction = "it has no action for the ALARM state", "ALARM 状態のアクションがありません";
    /// An action that tells nobody.
    ActionTellsNobody(service) = "its action on {service} tells nobody", "{service} へのアクションは誰にも通知しません";
    /// Anything with a clean threshold.
    CanFire(threshold) = "watches it and can fire ({threshold})", "監視しており発火できます ({threshold})";
    /// A percentage beyond its end.
    OutOfRange(metric, threshold, range) = "can never fire: {metric} {threshold}, but the metric stays within {range}", "決して発火しません: {metric} {threshold} ですが、値は {range} の範囲です";
    /// Bytes meant as gigabytes.
    BytesMeant(metric, threshold) = "will not fire in time: {metric} is in bytes, and {threshold} is next to nothing; was that meant in GB or MB?", "間に合いません: {metric} の単位はバイトで、{threshold} はほぼゼロです。GB や MB のつもりではありませんか?";
    /// Seconds meant as milliseconds.
    SecondsMeant(metric, threshold) = "will not fire in time: {metric} is in seconds, and {threshold} is longer than any request; was that meant in milliseconds?", "間に合いません: {metric} の単位は秒で、{threshold} はどのリクエストよりも長い値です。ミリ秒のつもりではありませんか?";
    /// A unit the metric never has.
    UnitNeverSent(metric, unit, right) = "can never fire: {metric} is never sent in {unit} (it is in {right})", "決して発火しません: {metric} は {unit} では送信されません (単位は {right})";
    /// Most of its datapoints never come.
    TooFewDatapoints(metric, period) = "can never fire: {metric} is sent once a minute, so of its periods of {period} s too few have data, and the others never count as breaching", "決して発火しません: {metric} は 1 分に 1 回しか送信されないため、{period} 秒の期間ではデータポイントが足りず、欠落分は違反と見なされません";
    /// Metric math.
    MathUndecided(alarm) = "alarm {alarm} computes with this metric, and whether it rings depends on other metrics too or cannot be followed; an alarm on the metric alone would settle it", "アラーム {alarm} はこのメトリクスを数式で使っており、鳴るかどうかは他のメトリクスにもよるか、判断できません。このメトリクスだけのアラームを作成すれば確実です";
    /// PromQL, or Metrics Insights that is not understood.
    QueryUndecided(alarm) = "alarm {alarm} queries this metric in a way that cannot be followed, so whether it covers the resource cannot be told; an alarm on the metric alone would settle it", "アラーム {alarm} のクエリは解釈できないため、対象かどうか判断できません。このメトリクスだけのアラームを作成すれば確実です";
    /// Tags of resources that CloudWatch sees and we do not.
    QueryByTags(alarm) = "alarm {alarm} queries this metric by tags, so whether it covers the resource cannot be told; a query by dimensions would settle it", "アラーム {alarm} はタグで絞り込んでこのメトリクスをクエリしているため、対象かどうか判断できません。ディメンションで絞り込めば確実です";
    /// `!=` on a label that is not there.
    QueryNoLabel(alarm) = "alarm {alarm} queries this metric by what a label is not that the metric does not have, so whether it covers the resource cannot be told", "アラーム {alarm} はこのメトリクスにないラベルの != で絞り込んでいるため、対象かどうか判断できません";
    /// `LIMIT`.
    QueryLimited(alarm) = "alarm {alarm} queries this metric with a LIMIT, so it may leave the resource out; without the LIMIT it would not", "アラーム {alarm} のクエリには LIMIT があるため、対象から外れる可能性があります。LIMIT を外せば確実です";
    /// An average over the resource and its parts.
    QueryHides(alarm) = "alarm {alarm} averages over metrics of other dimensions too, which may hide it; FROM SCHEMA(...) with the resource's dimensions would settle it", "アラーム {alarm} は他のディメンションのメトリクスも平均しているため、埋もれる可能性があります。FROM SCHEMA(...) でディメンションを指定すれば確実です";
    /// CloudWatch does not look at all of it.
    QueryPartial(alarm) = "alarm {alarm} queries more metrics than CloudWatch looks at (PARTIAL_DATA), so it may leave the resource out", "アラーム {alarm} のクエリは CloudWatch の上限を超えており (PARTIAL_DATA)、対象から外れている可能性があります";
    /// CloudWatch says that its configuration is wrong.
    EvaluationError = "cannot fire: CloudWatch cannot evaluate it until its configuration is corrected (EVALUATION_ERROR)", "発火しません: 設定が修正されるまで CloudWatch は評価できません (EVALUATION_ERROR)";
    /// CloudWatch says that it has trouble of its own.
    EvaluationFailure(alarm) = "CloudWatch says that it cannot evaluate alarm {alarm} for now (EVALUATION_FAILURE); ask again later", "CloudWatch は現在アラーム {alarm} を評価できません (EVALUATION_FAILURE)。後でもう一度実行してください";
    /// A threshold that is not a constant.
    ThresholdUndecided(alarm) = "whether alarm {alarm} can fire cannot be told: its threshold is not a constant", "アラーム {alarm} はしきい値が定数でないため、発火できるか判断できません";

    /// Its actions rest.
    MutedNow(rule) = "mute rule {rule} keeps its actions silent now", "ミュートルール {rule} により、現在アクションは実行されません";

    // Composites
    /// A composite that hears it.
    ThroughComposite(composite) = "rings through composite alarm {composite}", "複合アラーム {composite} を通じて通知します";
    /// A composite that needs more than this child.
    CompositeNeedsMore(composite) = "composite alarm {composite} does not ring for this alarm alone", "複合アラーム {composite} はこのアラームだけでは鳴りません";
    /// Another child's present state keeps it from ringing.
    CompositeSilentNow(composite) = "composite alarm {composite} would ring for this alarm if all else were well, but not as things are now", "複合アラーム {composite} は他がすべて正常なら鳴りますが、現在の状態では鳴りません";
    /// The suppressor rings right now.
    SuppressedNow(composite, suppressor) = "composite alarm {composite} is silent now, because {suppressor} is in ALARM", "複合アラーム {composite} は、{suppressor} が ALARM のため現在は通知しません";
    /// The state of something that its rule names is not known.
    CompositeUndecided(composite) = "whether composite alarm {composite} rings for this alarm cannot be told: the state of another that it names is not known", "複合アラーム {composite} がこのアラームで鳴るか判断できません: ルールに含まれる他のアラームの状態が不明です";
    /// Composites that hang on each other in a circle.
    CompositeCircle(composite) = "composite alarm {composite} is part of a circle of composites or hangs on one, and CloudWatch stops evaluating such a circle", "複合アラーム {composite} は複合アラームの循環に含まれるか、それに依存しています。CloudWatch はこのような循環の評価を停止します";
    /// More of them than are followed.
    CompositesWithoutEnd(composite) = "so many composite alarms hang on it that those from {composite} on were not followed", "依存する複合アラームが多すぎるため、{composite} から先は追跡していません";
    /// It can never turn true.
    CompositeNeverRings(composite) = "composite alarm {composite} can never ring: no state of the alarms that exist makes its rule true", "複合アラーム {composite} は決して鳴りません: 存在するアラームのどの状態でもルールが真になりません";
    /// The suppressor rings with the child.
    SuppressesItself(composite) = "composite alarm {composite} is suppressed whenever this alarm rings", "複合アラーム {composite} はこのアラームが鳴ると抑止されます";
    /// A rule that cannot be read.
    CompositeUnreadable(composite) = "the rule of composite alarm {composite} could not be understood", "複合アラーム {composite} のルールを解釈できません";
    /// A suppressor.
    Suppressed(composite, suppressor) = "composite alarm {composite} is silent while {suppressor} rings", "複合アラーム {composite} は {suppressor} が鳴っている間は通知しません";

    /// Nothing was asked of a region.
    RegionNotRead(region) = "region {region} was not read; add it with --region {region}", "リージョン {region} は読み取られていません。--region {region} を追加してください";
    /// An alarm that has been ringing.
    RingingSince(since) = "has been in ALARM since {since}; it will not notify again until it recovers", "{since} から ALARM のままです。復旧するまで再び通知されません";
    /// A condition that always holds.
    AlwaysTrue(metric, threshold) = "is in ALARM for ever, so it never notifies: {metric} {threshold} always holds", "常に ALARM のままなので通知されません: {metric} {threshold} は常に成り立ちます";

    // Topics
    /// An action may only name a topic of the alarm's region.
    TopicInOtherRegion(topic) = "topic {topic} is in another region", "トピック {topic} は別のリージョンにあります";
    /// Another account's topic cannot be seen.
    TopicOfOtherAccount(topic) = "topic {topic} belongs to another account; run there too", "トピック {topic} は別のアカウントのものです。そちらでも実行してください";
    /// A topic that was deleted.
    TopicMissing(topic) = "topic {topic} does not exist", "トピック {topic} は存在しません";
    /// FIFO topics speak only to SQS.
    TopicFifo(topic) = "topic {topic} is a FIFO topic, which delivers only to SQS", "トピック {topic} は FIFO で、SQS にしか配信しません";
    /// The AWS managed key never lets services in.
    TopicAwsKey(topic, publisher) = "topic {topic} is encrypted with alias/aws/sns, whose key never lets {publisher} in", "トピック {topic} は alias/aws/sns で暗号化されており、{publisher} は鍵を使えません";
    /// The key was deleted.
    KeyMissing(topic) = "the key that topic {topic} is encrypted with does not exist", "トピック {topic} を暗号化しているキーが存在しません";
    /// The key cannot be used.
    KeyDisabled(topic) = "the key that topic {topic} is encrypted with is disabled or about to be deleted", "トピック {topic} を暗号化しているキーは無効か、削除待ちです";
    /// The key's policy keeps the publisher out.
    KeyShuts(topic, publisher) = "the policy of the key of topic {topic} does not let {publisher} use it (kms:Decrypt and kms:GenerateDataKey*)", "トピック {topic} のキーのポリシーは {publisher} に使用 (kms:Decrypt と kms:GenerateDataKey*) を許可していません";
    /// The key's policy cannot be decided.
    KeyUndecided(topic, what) = "whether the policy of the key of topic {topic} lets it in cannot be told: {what}", "トピック {topic} のキーのポリシーが許可するか判断できません: {what}";
    /// The policy grants nothing.
    TopicShuts(topic, publisher) = "the policy of topic {topic} does not let {publisher} publish", "トピック {topic} のポリシーは {publisher} の発行を許可していません";
    /// The policy refuses.
    TopicDenies(topic, publisher) = "the policy of topic {topic} denies {publisher}", "トピック {topic} のポリシーは {publisher} を拒否しています";
    /// The policy cannot be decided.
    TopicPolicyUndecided(topic, what) = "whether the policy of topic {topic} lets it in cannot be told: {what}", "トピック {topic} のポリシーが許可するか判断できません: {what}";
    /// Nobody listens.
    NoSubscription(topic) = "topic {topic} has no subscription", "トピック {topic} にはサブスクリプションがありません";

    // Subscriptions
    /// Never confirmed.
    Pending(topic, endpoint) = "topic {topic}: the subscription of {endpoint} was never confirmed", "トピック {topic}: {endpoint} のサブスクリプションは未確認です";
    /// Deleted.
    Deleted(topic, endpoint) = "topic {topic}: the subscription of {endpoint} is deleted", "トピック {topic}: {endpoint} のサブスクリプションは削除済みです";
    /// A Slack webhook cannot confirm.
    SlackWebhook(topic) = "topic {topic}: a Slack webhook can never confirm an SNS subscription; put a Lambda function between", "トピック {topic}: Slack の Webhook は SNS の確認に応答できません。間に Lambda 関数を挟んでください";
    /// A subscription without an endpoint.
    EndpointUnknown(topic) = "topic {topic}: a subscription names no endpoint", "トピック {topic}: エンドポイントのないサブスクリプションがあります";
    /// A machine listens.
    Machine(topic, protocol) = "topic {topic}: {protocol} is no person", "トピック {topic}: {protocol} は人ではありません";
    /// SMS depends on what is not read.
    SmsUndecided(topic) = "topic {topic}: whether SMS arrives depends on sandbox, opt-out and spend limit, which are not read", "トピック {topic}: SMS が届くかはサンドボックス、オプトアウト、上限額に依存し、読み取れません";
    /// The chat service listens, but no Slack channel does.
    ChatElsewhere(topic) = "topic {topic} goes to AWS's chat service, but no Slack channel there names it; channels of Microsoft Teams are not read", "トピック {topic} は AWS のチャットサービスへ届きますが、これを指定する Slack チャンネルがありません。Microsoft Teams のチャンネルは読み取れません";
    /// A channel that hears.
    Channel(channel) = "reaches Slack by the channel configuration {channel}", "チャンネル設定 {channel} により Slack に届きます";
    /// A channel that is off.
    ChannelState(channel, state) = "the channel configuration {channel} is {state}", "チャンネル設定 {channel} の状態は {state} です";
    /// A channel that nothing is known of.
    ChannelUndecided(channel) = "whether the channel configuration {channel} works cannot be told", "チャンネル設定 {channel} が機能しているか判断できません";
    /// A message that the chat service may not know.
    ChatMessageUndecided(channel) = "whether the channel configuration {channel} shows a message that a rule made over cannot be told: AWS's chat service drops what it does not know", "ルールが書き換えたメッセージをチャンネル設定 {channel} が表示するか判断できません。AWS のチャットサービスは未知の形式を破棄します";
    /// A kind of receiver that the team does not read.
    NotCounted(kind) = "{kind} does not count as someone here ([notify] counts)", "{kind} は通知先として数えません ([notify] counts)";
    /// A kind of receiver that the team does not read.
    NotCountedHere(topic, kind) = "topic {topic}: {kind} does not count as someone here ([notify] counts)", "トピック {topic}: {kind} は通知先として数えません ([notify] counts)";
    /// A topic of a region that had to be enabled, or a function of one.
    NotAcrossRegions(from, to) = "SNS does not deliver from {from} to Lambda functions in {to}, a region that has to be enabled", "SNS は {from} から {to} (オプトインリージョン) の Lambda 関数へは配信できません";
    /// Regions of other partitions.
    AcrossRegionsUndecided(from, to) = "whether SNS delivers from {from} to Lambda functions in {to} cannot be told", "SNS が {from} から {to} の Lambda 関数へ配信できるか判断できません";
    /// Push messages to phones.
    PushUndecided(topic) = "topic {topic}: whether a mobile push message arrives cannot be told", "トピック {topic}: モバイルプッシュ通知が届くか判断できません";
    /// A filter policy drops it.
    FilterDrops(topic, endpoint) = "topic {topic}: the filter policy of {endpoint} drops the message, which carries no attributes", "トピック {topic}: {endpoint} のフィルターポリシーは、属性を持たないこのメッセージを破棄します";
    /// A filter on the body drops it.
    FilterDropsBody(topic, endpoint) = "topic {topic}: the filter policy of {endpoint} drops the message for what it says", "トピック {topic}: {endpoint} のフィルターポリシーは、本文の内容によりこのメッセージを破棄します";
    /// A filter that cannot be decided.
    FilterUndecided(topic, endpoint, what) = "topic {topic}: whether the filter policy of {endpoint} lets the message through cannot be told: {what}", "トピック {topic}: {endpoint} のフィルターポリシーがメッセージを通すか判断できません: {what}";
    /// An address.
    Email(topic, endpoint) = "reaches {endpoint} (confirmed) through topic {topic}", "トピック {topic} を通じて {endpoint} (確認済み) に届きます";
    /// A web hook of a paging service, say.
    Https(topic, endpoint) = "reaches {endpoint} (confirmed) through topic {topic}", "トピック {topic} を通じて {endpoint} (確認済み) に届きます";
    /// A function through a topic.
    FunctionVia(topic, function) = "reaches Lambda function {function} through topic {topic}", "トピック {topic} を通じて Lambda 関数 {function} に届きます";
    /// A function that a topic may invoke.
    FunctionAdmits(function, topic) = "Lambda function {function} lets topic {topic} invoke it", "Lambda 関数 {function} はトピック {topic} からの呼び出しを許可しています";
    /// An alarm invokes it.
    FunctionDirect(function) = "reaches Lambda function {function} directly", "Lambda 関数 {function} に直接届きます";
    /// Budgets writes by itself.
    BudgetEmail(address) = "AWS Budgets writes to {address}", "AWS Budgets が {address} にメールします";
    /// Cost Anomaly Detection writes by itself.
    AnomalyEmail(address) = "AWS Cost Anomaly Detection writes to {address}", "AWS コスト異常検出が {address} にメールします";
    /// A subscriber nobody knows.
    SubscriberUnknown(what) = "a subscriber of type {what} is not known", "不明な種類の通知先です: {what}";

    // Events
    /// A rule that takes it.
    RuleTakes(rule) = "rule {rule} takes it", "ルール {rule} が受け取ります";
    /// A rule that is switched off.
    RuleDisabled(rule) = "rule {rule} is disabled", "ルール {rule} は無効です";
    /// No rule takes it.
    NoRuleTakes(kind, what) = "no rule takes this {kind}: {what}", "この {kind} を受け取るルールがありません: {what}";
    /// No rule takes it, which is the only one of its kind.
    NoRuleTakesAny(kind) = "no rule takes {kind} events", "{kind} を受け取るルールがありません";
    /// A rule that sends nothing.
    RuleWithoutTarget(rule) = "rule {rule} has no target", "ルール {rule} にはターゲットがありません";
    /// A pattern that cannot be decided.
    PatternUndecided(rule, what) = "whether the pattern of rule {rule} takes it cannot be told: {what}", "ルール {rule} のパターンが受け取るか判断できません: {what}";
    /// A target that tells nobody.
    TargetTellsNobody(rule, service) = "rule {rule}: its target on {service} tells nobody", "ルール {rule}: {service} へのターゲットは誰にも通知しません";
    /// A target whose doings are not read.
    TargetUndecided(rule, target) = "rule {rule}: whether {target} tells someone is not read", "ルール {rule}: {target} が誰かに通知するかは読み取れません";
    /// A bus that may or may not be let through to.
    BusUndecided(rule, bus) = "rule {rule} sends it on to {bus}; whether it arrives there is not read", "ルール {rule} は {bus} へ転送しますが、届くかどうかは読み取れません";
    /// A bus that was deleted.
    BusMissing(rule, bus) = "rule {rule} sends it on to the bus {bus}, which does not exist", "ルール {rule} の転送先のバス {bus} は存在しません";
    /// Buses that send to each other.
    BusCircle(rule, bus) = "rule {rule} sends it back to the bus {bus}", "ルール {rule} はバス {bus} へ送り返しています";
    /// A notification configuration with a channel.
    Notified(configuration) = "AWS User Notifications tell it by {configuration}", "AWS User Notifications の {configuration} が通知します";
    /// AWS's own notifications leave out what concerns all accounts.
    ManagedIsNotPublic(configuration) = "{configuration} of AWS User Notifications carries no public events, such as a service's outage", "AWS User Notifications の {configuration} は、サービス障害などのパブリックイベントを配信しません";
    /// A notification configuration without a channel.
    NotificationWithoutChannel(configuration) = "{configuration} of AWS User Notifications has no channel", "AWS User Notifications の {configuration} には配信先がありません";
    /// A contact that the account was opened with.
    AccountContact(contact) = "the account's contact {contact} is written to, which counts as nobody", "アカウントの連絡先 {contact} 宛てのみで、誰かに届いたとは数えません";
    /// A contact whose address is not read.
    ContactUndecided(configuration, channel) = "{configuration} goes to {channel}; whether that was activated is not read", "{configuration} は {channel} に送られますが、有効化済みかは読み取れません";
    /// Security Hub may pass it on.
    SecurityHubUndecided = "a rule on Security Hub's findings reaches someone; whether Security Hub takes in GuardDuty here is not read", "Security Hub の検出結果へのルールは誰かに届きますが、GuardDuty と統合されているかは読み取れません";

    // Canaries
    /// A canary that tells no URL.
    CanaryTargetUnknown(canary) = "what canary {canary} probes cannot be known; tag it with its URL", "Canary {canary} が何を監視しているか分かりません。URL をタグに付けてください";
    /// A load balancer that tells no host.
    EndpointUndeclared(balancer) = "load balancer {balancer} tells no host name; declare the endpoint in audit.toml ([[endpoints]])", "ロードバランサー {balancer} からホスト名が分かりません。audit.toml の [[endpoints]] に宣言してください";

    // Functions
    /// A rule that a function lets in.
    FunctionByRule(function, rule) = "Lambda function {function} lets rule {rule} invoke it", "Lambda 関数 {function} はルール {rule} からの呼び出しを許可しています";
    /// May not be invoked by a rule.
    FunctionShutsRule(function, rule) = "Lambda function {function} does not let rule {rule} invoke it", "Lambda 関数 {function} はルール {rule} からの呼び出しを許可していません";
    /// A function that was deleted.
    FunctionMissing(function) = "Lambda function {function} does not exist", "Lambda 関数 {function} は存在しません";
    /// Another account's function cannot be seen.
    FunctionOfOtherAccount(function) = "Lambda function {function} belongs to another account; run there too", "Lambda 関数 {function} は別のアカウントのものです。そちらでも実行してください";
    /// Not able to run.
    FunctionState(function, state) = "Lambda function {function} is in state {state}", "Lambda 関数 {function} の状態は {state} です";
    /// Still being made.
    FunctionPending(function, state) = "Lambda function {function} is in state {state}; ask again later", "Lambda 関数 {function} の状態は {state} です。後でもう一度実行してください";
    /// Throttled to nothing.
    FunctionStopped(function) = "Lambda function {function} has a reserved concurrency of 0", "Lambda 関数 {function} の予約済み同時実行数は 0 です";
    /// May not be invoked.
    FunctionShutsTopic(function, topic) = "Lambda function {function} does not let topic {topic} invoke it", "Lambda 関数 {function} はトピック {topic} からの呼び出しを許可していません";
    /// May not be invoked by alarms.
    FunctionShutsAlarms(function) = "Lambda function {function} does not let CloudWatch alarms invoke it", "Lambda 関数 {function} は CloudWatch アラームからの呼び出しを許可していません";
    /// The policy cannot be decided.
    FunctionPolicyUndecided(function, what) = "whether Lambda function {function} may be invoked cannot be told: {what}", "Lambda 関数 {function} を呼び出せるか判断できません: {what}";

    // Policies
    /// A statement that cannot be decided.
    StatementUndecided(what) = "a statement uses {what}", "ステートメントが {what} を使っています";
}
