//! The newest images of a repository, those that run, and what their scans came to.

use std::cmp::Reverse;
use std::collections::HashSet;

use aws_sdk_ecr::Client;
use aws_sdk_ecr::types::{self as sdk, ImageIdentifier};

use crate::model::ops;
use crate::model::types::ecr::{Image, ImageScan};

use super::cx::{Answer, Cx};
use super::shape::{time, words};

/// Images that are kept, the newest; those that run are kept, too.
const KEPT: usize = 10;

/// Media types of lists of images, one for each platform.
const INDEXES: [&str; 2] = [
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
];

/// Media types of what makes an image; signatures, attestations and charts have others.
const IMAGES: [&str; 2] =
    ["application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json"];

/// The images, the newest first; none when they could not be read.
pub async fn images(cx: &Cx<'_>, client: &Client, repository: &str) -> Option<Vec<Image>> {
    let op = &ops::DESCRIBE_IMAGES;
    let about = [repository];
    let listed = cx.pages(
        op,
        &about,
        |token| {
            let request = client.describe_images().repository_name(repository);
            request.max_results(1000).set_next_token(token).send()
        },
        |out| Some((out.image_details?, out.next_token)),
    );
    let mut images: Vec<Image> = match listed.await {
        Answer::Known(found) => found.into_iter().filter(is_image).filter_map(image).collect(),
        Answer::Gone => Vec::new(),
        Answer::Unknown => return None,
    };
    images.sort_by(|a, b| {
        (Reverse(&a.image_pushed_at), &a.image_digest)
            .cmp(&(Reverse(&b.image_pushed_at), &b.image_digest))
    });
    // The newest is asked about at once: most often it is the one that runs.
    let newest = images.iter().find(|it| !it.is_index).map(|it| it.image_digest.clone());
    let newest = newest.into_iter().collect();
    ask(cx, client, repository, (&mut images, &newest)).await?;
    let running = cx.running().await;
    let others = running.difference(&newest).cloned().collect();
    ask(cx, client, repository, (&mut images, &others)).await?;
    let mut place = 0..;
    images.retain(|it| {
        let is_recent = place.next().is_some_and(|at| at < KEPT);
        is_recent || newest.contains(&it.image_digest) || running.contains(&it.image_digest)
    });
    Some(images)
}

/// Adds the scans of these images where they do not tell them; none when they could not be read.
async fn ask(
    cx: &Cx<'_>,
    client: &Client,
    repository: &str,
    (images, digests): (&mut [Image], &HashSet<String>),
) -> Option<()> {
    let asked =
        |it: &&mut Image| digests.contains(&it.image_digest) && !it.is_index && !is_told(it);
    for image in images.iter_mut().filter(asked) {
        match scan(cx, client, repository, image).await {
            Answer::Known(found) => image.scan = Some(found),
            Answer::Gone => {}
            Answer::Unknown => return None,
        }
    }
    Some(())
}

/// Whether it is an image or a list of images, rather than what is only kept beside one.
fn is_image(it: &sdk::ImageDetail) -> bool {
    let beside = |tag: &String| {
        tag.starts_with("sha256-") && [".sig", ".att", ".sbom"].iter().any(|end| tag.ends_with(end))
    };
    let media = it.artifact_media_type.as_deref();
    media.is_none_or(|media| IMAGES.contains(&media))
        && it.subject_manifest_digest.is_none()
        && !it.image_tags().iter().any(beside)
}

fn image(it: sdk::ImageDetail) -> Option<Image> {
    let is_index =
        it.image_manifest_media_type.as_deref().is_some_and(|media| INDEXES.contains(&media));
    let summary = it
        .image_scan_findings_summary
        .map(|it| (it.image_scan_completed_at, it.finding_severity_counts));
    let mut image_tags = it.image_tags.unwrap_or_default();
    image_tags.sort();
    Some(Image {
        image_digest: it.image_digest?,
        image_tags,
        image_pushed_at: time(it.image_pushed_at),
        is_index,
        scan: it.image_scan_status.and_then(|status| result(status, summary)),
    })
}

/// Whether the image says itself what its scan came to.
fn is_told(image: &Image) -> bool {
    let scan = image.scan.as_ref();
    scan.is_some_and(|scan| {
        scan.finding_severity_counts.is_some()
            || !["COMPLETE", "ACTIVE"].contains(&scan.status.as_str())
    })
}

/// What the scan of an image came to; gone when it was never scanned.
async fn scan(cx: &Cx<'_>, client: &Client, repository: &str, image: &Image) -> Answer<ImageScan> {
    let id = ImageIdentifier::builder().image_digest(&image.image_digest).build();
    let request = client.describe_image_scan_findings().repository_name(repository);
    let request = request.image_id(id).max_results(1).send();
    let op = &ops::DESCRIBE_IMAGE_SCAN_FINDINGS;
    let about = [repository];
    let read = cx.call(op, &about, request, |out| {
        let findings = out
            .image_scan_findings
            .map(|it| (it.image_scan_completed_at, it.finding_severity_counts));
        result(out.image_scan_status?, findings)
    });
    read.await
}

type Counts = std::collections::HashMap<sdk::FindingSeverity, i32>;

fn result(
    status: sdk::ImageScanStatus,
    findings: Option<(Option<aws_smithy_types::DateTime>, Option<Counts>)>,
) -> Option<ImageScan> {
    let (completed, counts) = findings.unwrap_or_default();
    let counts = counts.map(|counts| {
        let counts = counts.into_iter();
        counts.map(|(severity, n)| (severity.as_str().to_owned(), n.into())).collect()
    });
    Some(ImageScan {
        status: status.status?.as_str().to_owned(),
        description: words(status.description),
        image_scan_completed_at: time(completed),
        finding_severity_counts: counts,
    })
}
