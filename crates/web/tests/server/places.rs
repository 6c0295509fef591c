//! Pages and answers about places.

use crate::fixture::Server;

#[tokio::test]
async fn every_page_of_places_answers() {
    let server = Server::start().await;
    for path in [
        "/as-intelligence/",
        "/geography/",
        "/geography/weight/",
        "/geography/uptime/",
        "/geography/tiers/",
        "/region/europe/",
        "/region/polynesia/",
        "/region/fourteen-eyes/",
    ] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
    for path in ["/as-intelligence/page-2/", "/geography/nothing/", "/region/atlantis/"] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn without_histories_pages_of_places_claim_nothing() {
    let server = Server::start().await;
    let reply = server.get("/as/AS64496/").await;
    let page = reply.text();
    assert!(page.contains("no relay was known for long enough"));
    assert!(!page.contains("Stars</dt>") && !page.contains("away more than chance"));
    let ases = server.get("/api/v1/ases?limit=1").await.json();
    for field in ["uptime_rank", "uptime_stars", "uptime_change_ratio", "uptime_is_unusual"] {
        assert!(ases["data"][0][field].is_null(), "{field}");
    }
}

#[tokio::test]
async fn regions_are_one_list_as_json_and_csv() {
    let server = Server::start().await;
    let regions = server.get("/api/v1/regions").await.json();
    let rows = regions["data"].as_array().unwrap();
    assert_eq!((rows.len(), regions["meta"]["total"].as_u64()), (32, Some(32)));
    let europe = server.get("/api/v1/regions/Europe").await.json();
    let in_list = rows.iter().find(|row| row["region"] == "europe").unwrap();
    assert_eq!(&europe["data"], in_list);
    let csv = server.get("/api/v1/regions?format=csv").await;
    assert_eq!(csv.text().lines().count(), 33);
    assert_eq!(server.get("/api/v1/regions?limit=3").await.status, 400);
    assert_eq!(server.get("/api/v1/regions/atlantis").await.status, 404);
}
