//! What families write back through a gateway, which goes on listing it for weeks.

use super::*;
use clinic::record::fact::AnswersPage;

/// A gateway that lists these answers to whoever asks, and takes no message.
async fn page() -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/answers", listener.local_addr().unwrap());
    let listed = Arc::new(Mutex::new(String::new()));
    let says = listed.clone();
    tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            let mut read = Vec::new();
            while !read.ends_with(b"\r\n\r\n") {
                let mut some = [0; 2_048];
                let count = line.read(&mut some).await.unwrap();
                assert!(count > 0, "a request that is not whole");
                read.extend_from_slice(&some[..count]);
            }
            let body = says.lock().unwrap().clone();
            let head = if body.is_empty() { "HTTP/1.1 500 Broken" } else { "HTTP/1.1 200 OK" };
            let _ = line.write_all(format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await;
        }
    });
    (url, listed)
}

fn stop(id: u32) -> String {
    format!(r#"{{"id":{id},"from":"919876543210","text":"STOP"}}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_stays_listed_is_heard_once() {
    let (url, listed) = page().await;
    let mut settings = settings("https://sms.example.in/send".into(), false);
    settings.sms.as_mut().unwrap().answers = Some(AnswersPage {
        url,
        list_pointer: "/in".into(),
        from_pointer: "/from".into(),
        text_pointer: "/text".into(),
    });
    let mut station = Station::new(settings.clone());
    let child = station.born_today(10);
    let is_out = |station: &Station| station.clinic.child_record(&station.admin, child).unwrap().opted_out;
    let again = |station: &Station| {
        let wanted = Command::SetOptOut { phone: "9876543210".into(), out: false };
        station.clinic.submit(&station.admin, wanted).unwrap();
    };
    let lists = |entries: &[String]| *listed.lock().unwrap() = format!(r#"{{"in":[{}]}}"#, entries.join(","));

    lists(&[stop(1)]);
    let _ = station.sender.hear(&settings, &[]).await.unwrap();
    assert!(is_out(&station), "it wrote STOP");
    again(&station);
    let _ = station.sender.hear(&settings, &[]).await.unwrap();
    assert!(!is_out(&station), "it wants messages again since");
    // The gateway has a bad day, and the program is started again.
    listed.lock().unwrap().clear();
    let _ = station.sender.hear(&settings, &[]).await.unwrap();
    let mut station = station.restarted();
    lists(&[stop(1)]);
    let _ = station.sender.hear(&settings, &[]).await.unwrap();
    assert!(!is_out(&station), "the same as before");
    lists(&[stop(2), stop(1)]);
    let _ = station.sender.hear(&settings, &[]).await.unwrap();
    assert!(is_out(&station), "it wrote STOP once more");
    // A gateway that gives its answers no numbers: two that are alike are two.
    again(&station);
    lists(&[stop(2), stop(2), stop(1)]);
    let _ = station.sender.hear(&settings, &[]).await.unwrap();
    assert!(is_out(&station), "and once more");
    assert_eq!(station.clinic.verify(&station.admin).unwrap().problems, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_stop_is_heard_before_a_message_goes_out() {
    let (listing, listed) = page().await;
    let (url, taken) = gateway(1, true).await;
    let mut settings = settings(url, true);
    settings.sms.as_mut().unwrap().answers = Some(AnswersPage {
        url: listing,
        list_pointer: "/in".into(),
        from_pointer: "/from".into(),
        text_pointer: "/text".into(),
    });
    let mut station = Station::new(settings);
    let (_stop, mut stopped) = oneshot::channel();
    let _ = (station.born_today(10), station.born_today(11));
    // What it does not tell may be a STOP: what waits goes on waiting.
    let _ = station.sender.work(&mut stopped, false).await.unwrap();
    assert!(station.outbox().iter().all(|line| line.state == MessageState::Queued), "{:?}", station.outbox());
    *listed.lock().unwrap() = format!(r#"{{"in":[{}]}}"#, stop(1));
    station.thirty_days().await;
    let not_wanted = station.outbox().iter().filter(|line| line.why == Some(NotSent::NotWanted)).count();
    assert_eq!(not_wanted, 1, "{:?}", station.outbox());
    assert_eq!(taken.lock().unwrap().len(), station.outbox().len() - 1);
}
