//! The program's own files in every encoding, made once at the start: they are needed before the
//! first edition and are the same for all of them.

use super::answer::Answer;
use super::asked::Asked;
use super::body_cache::Body;
use super::cache_policy::CachePolicy;
use super::encoding::Encoding;
use super::etag::hash_of;
use crate::assets::{self, Asset};
use axum::http::StatusCode;
use bytes::Bytes;
use std::collections::HashMap;

/// Bodies by path and encoding asked for.
#[derive(Debug)]
pub(crate) struct AssetBodies(HashMap<String, [Body; 3]>);

impl AssetBodies {
    pub(crate) fn new() -> Self {
        let bodies =
            |asset: Asset| (asset.path().to_string(), Encoding::ALL.map(|wanted| body(&asset, wanted)));
        Self(assets::ALL.into_iter().map(bodies).collect())
    }

    /// A file. At another address than its own, such as `/favicon.ico`, it is kept like a page.
    pub(crate) fn answer(&self, asset: &Asset, asked: &Asked) -> Answer {
        let own_path = asset.path().to_string();
        let policy = if asked.path == own_path { CachePolicy::Asset } else { CachePolicy::Page };
        match self.0.get(&own_path) {
            Some(bodies) => {
                Answer::of_body(asset.media_type, bodies[asked.encoding as usize].clone(), policy)
            }
            None => Answer::text(StatusCode::NOT_FOUND, "no such file\n"),
        }
    }
}

fn body(asset: &Asset, wanted: Encoding) -> Body {
    let (bytes, encoding) = wanted.encode(Bytes::from_static(asset.bytes));
    Body { bytes, encoding, content_hash: hash_of(asset.bytes) }
}
