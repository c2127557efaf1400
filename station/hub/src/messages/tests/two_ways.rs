//! The thirty days over SMS and WhatsApp together, while both misbehave: each family has both, none twice.

use super::*;
use clinic::record::fact::WhatsApp;

/// What WhatsApp says where a gateway says something else.
fn says(does: Does) -> String {
    let json = |status: &str, body: &str| format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    match does {
        Does::Takes => json("200 OK", r#"{"messages":[{"id":"wamid.x"}]}"#),
        Does::IsBusy => json("429 Busy", r#"{"error":{"code":130429}}"#),
        Does::SaysErrorInside => json("400 Bad", r#"{"error":{"code":131042}}"#),
        Does::LetsNobodyIn => json("401 Unauthorized", r#"{"error":{"code":190}}"#),
        Does::Refuses => json("400 Bad", r#"{"error":{"code":131026}}"#),
        Does::TakesAndBreaks => json("500 Broken", r#"{"error":{"code":1}}"#),
        same => same.says().to_owned(),
    }
}

/// Gives its address, and how often families got the message of each reference.
async fn graph(seed: u64) -> (String, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v23.0", listener.local_addr().unwrap());
    let taken = Taken::default();
    let counted = taken.clone();
    tokio::spawn(async move {
        for n in 0.. {
            let Ok((mut line, _)) = listener.accept().await else { return };
            let does = some(seed + n, &ALL);
            let body = request_body(&mut line).await;
            assert_eq!(body["template"]["components"][0]["parameters"][0]["type"], "text", "{body}");
            if does.takes() {
                let reference = body["biz_opaque_callback_data"].as_str().unwrap().to_owned();
                *counted.lock().unwrap().entry(reference).or_default() += 1;
            }
            let _ = line.write_all(says(does).as_bytes()).await;
            if does == Does::TakesAndSaysNothing {
                tokio::spawn(open_until_left(line));
            }
        }
    });
    (url, taken)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_channels_that_misbehave_tell_each_family_once_each() {
    let (gateway, by_sms) = gateway(41, false).await;
    let (graph, by_whatsapp) = graph(42).await;
    let mut settings = settings(gateway, false);
    let templates = settings.sms.as_ref().unwrap().templates.clone();
    let whatsapp = WhatsApp { url: graph, number_id: "1234".into(), templates, message_paise: 12 };
    settings.whatsapp = Some(whatsapp);
    let mut station = Station::new(settings);
    let way = Way { place: String::new(), secret: "t0k".into() };
    station.clinic.set_message_way(&station.admin, Channel::WhatsApp, &way).unwrap();
    let first = station.today();
    station.thirty_days().await;
    let lines = station.outbox();
    for (channel, taken, paise) in [(Channel::Sms, &by_sms, 18), (Channel::WhatsApp, &by_whatsapp, 12)] {
        let taken = taken.lock().unwrap();
        assert!(taken.values().all(|count| *count == 1), "a family has a message twice: {taken:?}");
        let lines: Vec<_> = lines.iter().filter(|line| line.channel == channel).collect();
        let mut made: Vec<_> = lines.iter().map(|line| (line.run_on, line.stage)).collect();
        made.sort_unstable();
        assert_eq!(made, expected(first), "{channel:?}");
        let mut counts = BTreeMap::<&str, u32>::new();
        for line in lines {
            let got = taken.contains_key(&hex(line.reference));
            *counts.entry(line.state.code()).or_default() += 1;
            match line.state {
                MessageState::Sent => assert!(got, "it was told as sent, and was not: {line:?}"),
                MessageState::Unknown => {}
                MessageState::Failed => assert!(!got, "it was told as failed, and was sent: {line:?}"),
                other => panic!("{other:?} at the end: {line:?}"),
            }
            // What may have gone out may be billed.
            let may_cost = line.state != MessageState::Failed;
            assert_eq!(line.paise, may_cost.then_some(paise), "{line:?}");
        }
        assert!(counts["sent"] > 5 && counts["unknown"] > 2, "{channel:?}: {counts:?}");
    }
    assert_eq!(station.clinic.verify(&station.admin).unwrap().problems, []);
}
