//! Where files are kept: a directory, or a bucket of an S3 service. Named by a URL; what is wrong with it
//! is said at the start, not at the first photo.

use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::client::SpawnedReqwestConnector;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use std::future::Future;
use std::sync::{Arc, LazyLock, mpsc};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use url::Url;

/// Connections to a service belong to the runtime that made them, so they get one that lives on and on which
/// nothing else waits.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(1).thread_name("objects").enable_all().build().expect("a thread")
});

/// How long a service may take for one file, and to be reached at all.
const TIME: Duration = Duration::from_secs(30);
const CONNECT_TIME: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    #[error("{0:?} is neither file:///… nor s3://bucket/prefix?region=…")]
    Scheme(String),
    #[error("file:// is followed by an absolute directory, as in file:///var/lib/yuanshan/objects")]
    Directory,
    #[error("directory {0} cannot be used: {1}")]
    Unusable(String, std::io::Error),
    #[error("s3:// is followed by a bucket, as in s3://bucket/prefix?region=cn-north-1")]
    Bucket,
    #[error("the parameter {0:?} is not known; there are region and endpoint")]
    Parameter(String),
    #[error("the URL holds a user or a password; they are taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")]
    Credentials,
    #[error("{0} is not set in the environment")]
    Environment(&'static str),
    #[error("{0}")]
    Store(#[from] object_store::Error),
}

/// Opens what the URL names and asks it for a file, so that a wrong bucket or key is found now.
/// `environment` gives the variables that AWS's own tools read.
///
/// # Errors
/// [`ObjectsError`].
pub fn open(url: &Url, environment: impl Fn(&str) -> Option<String>) -> Result<Arc<dyn ObjectStore>, ObjectsError> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ObjectsError::Credentials);
    }
    match url.scheme() {
        "file" => {
            let directory = url.to_file_path().map_err(|()| ObjectsError::Directory)?;
            open_directory(&directory)
        }
        "s3" => open_bucket(url, environment),
        _ => Err(ObjectsError::Scheme(url.to_string())),
    }
}

/// A directory, made if it is not there.
///
/// # Errors
/// [`ObjectsError::Unusable`].
pub fn open_directory(directory: &std::path::Path) -> Result<Arc<dyn ObjectStore>, ObjectsError> {
    let unusable = |error| ObjectsError::Unusable(directory.display().to_string(), error);
    std::fs::create_dir_all(directory).map_err(unusable)?;
    Ok(Arc::new(LocalFileSystem::new_with_prefix(directory)?.with_automatic_cleanup(true)))
}

fn open_bucket(url: &Url, environment: impl Fn(&str) -> Option<String>) -> Result<Arc<dyn ObjectStore>, ObjectsError> {
    let bucket = url.host_str().filter(|bucket| !bucket.is_empty()).ok_or(ObjectsError::Bucket)?;
    let variable = |name: &'static str| environment(name).filter(|value| !value.is_empty());
    let needed = |name| variable(name).ok_or(ObjectsError::Environment(name));
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_access_key_id(needed("AWS_ACCESS_KEY_ID")?)
        .with_secret_access_key(needed("AWS_SECRET_ACCESS_KEY")?);
    if let Some(token) = variable("AWS_SESSION_TOKEN") {
        builder = builder.with_token(token);
    }
    let mut region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    let mut endpoint = variable("AWS_ENDPOINT_URL_S3").or_else(|| variable("AWS_ENDPOINT_URL"));
    for (name, value) in url.query_pairs() {
        match &*name {
            "region" => region = Some(value.into_owned()),
            "endpoint" => endpoint = Some(value.into_owned()),
            other => return Err(ObjectsError::Parameter(other.to_owned())),
        }
    }
    if let Some(region) = region {
        builder = builder.with_region(region);
    }
    let is_plain = endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    // Of the provider that the program's other connections use; `Err` says that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = ClientOptions::new().with_timeout(TIME).with_connect_timeout(CONNECT_TIME).with_allow_http(is_plain);
    let retry = RetryConfig { max_retries: 3, retry_timeout: TIME, ..RetryConfig::default() };
    let connector = SpawnedReqwestConnector::new(RUNTIME.handle().clone());
    let store = builder.with_client_options(client).with_retry(retry).with_http_connector(connector).build()?;
    let prefix = url.path().trim_matches('/');
    let store: Arc<dyn ObjectStore> =
        if prefix.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, prefix)) };
    let asked = store.clone();
    wait(async move { asked.list(Some(&Path::from("photos"))).next().await.transpose() })?;
    Ok(store)
}

/// Removes every file under a folder; that there is none is fine.
///
/// # Errors
/// Those of the store.
pub async fn remove_folder(store: &dyn ObjectStore, folder: &Path) -> object_store::Result<()> {
    let files: Vec<_> = store.list(Some(folder)).map_ok(|file| file.location).try_collect().await?;
    for file in files {
        match store.delete(&file).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Waits for the store where nothing else can wait: at the start, and in jobs. Never on the thread of
/// somebody's requests.
///
/// # Panics
/// If `work` does, or the system has no thread left.
pub fn wait<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let (done, result) = mpsc::sync_channel(1);
    RUNTIME.spawn(async move { done.send(work.await) });
    result.recv().expect("the work ends")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str, variables: &[(&str, &str)]) -> String {
        let environment = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into());
        open(&url.parse().unwrap(), environment).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_used_is_said_at_the_start() {
        let keys = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
        for (url, variables, word) in [
            ("https://example.org/photos", &keys[..], "neither file"),
            ("file:///proc/yuanshan", &[], "cannot be used"),
            ("s3:///photos", &keys, "followed by a bucket"),
            ("s3://photos?bucket=other", &keys, "\"bucket\" is not known"),
            ("s3://key:secret@photos", &keys, "user or a password"),
            ("s3://photos", &[], "AWS_ACCESS_KEY_ID is not set"),
            ("s3://photos", &keys[..1], "AWS_SECRET_ACCESS_KEY is not set"),
        ] {
            let refusal = refusal(url, variables);
            assert!(refusal.contains(word), "{url}: {refusal}");
            assert!(!refusal.contains("secret@"), "{refusal}");
        }
    }

    #[test]
    fn a_directory_is_made_and_a_folder_removed() {
        let home = tempfile::tempdir().unwrap();
        let url = Url::from_file_path(home.path().join("new/objects")).unwrap();
        let store = open(&url, |_| None).unwrap();
        wait(async move {
            for name in ["uploads/a/0", "uploads/a/9", "uploads/ab/0"] {
                store.put(&Path::from(name), "x".into()).await.unwrap();
            }
            remove_folder(&*store, &Path::from("uploads/a")).await.unwrap();
            remove_folder(&*store, &Path::from("uploads/a")).await.unwrap();
            let left: Vec<_> = store.list(None).map_ok(|file| file.location).try_collect().await.unwrap();
            assert_eq!(left, [Path::from("uploads/ab/0")]);
        });
    }
}
