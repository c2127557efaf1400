//! SMS through a gateway on the internet, as the settings describe it.

use super::http::{Asked, Outcome, Said};
use super::text::fill;
use super::{Given, Later, Trouble, Written};
use clinic::record::fact::{AnswersPage, Body, Filled, Says, SmsGateway, StatusPage, Template};
use clinic::reminder::{Alphabet, Answer, sms_size};
use hyper::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
/// A gateway's own number of a message is a short word.
pub(super) const ID_MAX_CHARS: usize = 200;

/// What is filled into the fields of one message.
pub struct Values<'a> {
    pub to: &'a str,
    pub text: &'a str,
    pub template: &'a Template,
    /// In hexadecimal.
    pub reference: &'a str,
    pub key: &'a str,
}

pub fn request(sms: &SmsGateway, values: &Values<'_>) -> Asked {
    let value_of = |name: &str| {
        Some(match name {
            "to" => values.to.to_owned(),
            "text" => values.text.to_owned(),
            "unicode" => u8::from(sms_size(values.text).alphabet == Alphabet::Ucs2).to_string(),
            "sender" => sms.sender.clone(),
            "entity" => sms.entity.clone(),
            "template" => values.template.id.clone(),
            "reference" => values.reference.to_owned(),
            "key" => values.key.to_owned(),
            _ => return None,
        })
    };
    let filled = |all: &[Filled]| -> Vec<(String, String)> {
        all.iter().map(|one| (one.name.clone(), fill(&one.value, value_of))).collect()
    };
    let fields = filled(&sms.fields);
    let (content_type, body) = match sms.body {
        Body::Form => (FORM, form(&fields).into_bytes()),
        Body::Json => (JSON, json(fields).to_string().into_bytes()),
    };
    Asked {
        method: Method::POST,
        url: sms.url.clone(),
        headers: filled(&sms.headers),
        content_type: Some(content_type),
        body,
    }
}

fn form(fields: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| format!("{}={}", encoded(name), encoded(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn json(fields: Vec<(String, String)>) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name, Value::String(value))).collect::<Map<_, _>>())
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// What a gateway's answer means for the message.
pub fn given(sms: &SmsGateway, outcome: Outcome) -> Given {
    match outcome {
        Outcome::NotAsked(error) => Given::not_now(None, (&error).into(), error.to_string()),
        Outcome::NoAnswer => Given::unclear("the gateway gave no whole answer"),
        Outcome::Answer(said) => match said.status {
            status if sms.taken_status.map_or(said.is_success(), |taken| taken == status) => inside(sms, &said),
            status @ 200..300 => Given::unclear(&format!("the gateway answered {status}, which is not its yes")),
            // Busy, or it does not let us in, or wants to be paid: an Admin can set that right, and the message waits.
            300..400 | 401..=405 | 408 | 425 | 429 | 503 => {
                let words = format!("the gateway answered {}", said.status);
                Given::not_now(said.retry_after_ms, Trouble::of_status(said.status), words)
            }
            400..500 => Given::refused(format!("the gateway answered {}", said.status)),
            // It broke on the way: it may have sent it before.
            status => Given::unclear(&format!("the gateway answered {status}")),
        },
    }
}

/// A gateway may say 200 and mean no. Only the word that the settings name says so: by any other it may have taken it.
fn inside(sms: &SmsGateway, said: &Said) -> Given {
    let body = said.json().or_else(|| said.text().map(Value::String));
    let id = body.as_ref().and_then(|body| text_at(body, &sms.id_pointer)).filter(|_| !sms.id_pointer.is_empty());
    let id = id.map(|id| id.chars().take(ID_MAX_CHARS).collect()).unwrap_or_default();
    let taken = Given { id, ..Given::of(Answer::Taken) };
    let says = |what: Option<&Says>| {
        what.zip(body.as_ref()).is_some_and(|(says, body)| match body {
            // Plain text, whose end is a number of the message or of the day.
            Value::String(text) if says.pointer.is_empty() => begins(text, says.value.trim()),
            body => is_said(body, says),
        })
    };
    if says(sms.taken.as_ref()) {
        taken
    } else if says(sms.not_taken.as_ref()) {
        Given::not_now(None, Trouble::SaysNo, "the gateway answered that it did not take it".into())
    } else if sms.taken.is_none() {
        taken
    } else {
        Given::unclear("the gateway's answer says neither yes nor no")
    }
}

fn begins(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with))
}

fn is_said(body: &Value, says: &Says) -> bool {
    text_at(body, &says.pointer).is_some_and(|text| text.eq_ignore_ascii_case(says.value.trim()))
}

fn text_at(body: &Value, pointer: &str) -> Option<String> {
    match body.pointer(pointer)? {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(said) => Some(said.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A page of the gateway, with the key where it belongs.
pub fn page(sms: &SmsGateway, url: &str, id: &str, key: &str) -> Asked {
    let url = fill(url, |name| match name {
        "id" => Some(encoded(id)),
        "key" => Some(encoded(key)),
        _ => None,
    });
    let headers = sms
        .headers
        .iter()
        .map(|one| (one.name.clone(), fill(&one.value, |name| (name == "key").then(|| key.to_owned()))));
    Asked::get(url, headers.collect())
}

/// What became of a message, when the page says so.
pub fn later(status: &StatusPage, outcome: &Outcome) -> Option<Later> {
    let Outcome::Answer(said) = outcome else { return None };
    let body = said.is_success().then(|| said.json())??;
    if is_said(&body, &status.delivered) {
        Some(Later::Delivered)
    } else {
        is_said(&body, &status.failed).then_some(Later::NotDelivered)
    }
}

/// What families wrote, as the gateway lists it; nothing when it gave no list.
pub fn answers(page: &AnswersPage, outcome: &Outcome) -> Option<Vec<Written>> {
    let Outcome::Answer(said) = outcome else { return None };
    let body = said.is_success().then(|| said.json())??;
    let list = body.pointer(&page.list_pointer)?.as_array()?;
    let one = |each: &Value| {
        let (from, text) = (text_at(each, &page.from_pointer)?, text_at(each, &page.text_pointer)?);
        Some(Written { from, text, entry: each.to_string() })
    };
    Some(list.iter().filter_map(one).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clinic::reminder::{Language, Stage};

    fn sms(taken: Option<Says>) -> SmsGateway {
        let filled = |name: &str, value: &str| Filled { name: name.into(), value: value.into() };
        SmsGateway {
            url: "https://sms.example.in/send".into(),
            body: Body::Form,
            fields: vec![filled("to", "91{to}"), filled("msg", "{text}"), filled("tid", "{template}")],
            headers: vec![filled("Authorization", "Bearer {key}")],
            taken,
            id_pointer: "/id".into(),
            once_by_reference: false,
            sender: "PHCRAM".into(),
            entity: "1101".into(),
            templates: Vec::new(),
            part_paise: 18,
            status: None,
            answers: None,
            not_taken: None,
            taken_status: None,
        }
    }

    fn says(pointer: &str, value: &str) -> Says {
        Says { pointer: pointer.into(), value: value.into() }
    }

    fn said(status: u16, body: &str) -> Outcome {
        Outcome::Answer(Said { status, retry_after_ms: None, body: body.to_owned().into() })
    }

    #[test]
    fn a_text_is_encoded_and_the_key_is_in_the_header_alone() {
        let template =
            Template { stage: Stage::Today, language: Language::Hindi, id: "1107".into(), text: String::new() };
        let values =
            Values { to: "9876543210", text: "आज & कल {key}", template: &template, reference: "00", key: "s3" };
        let asked = request(&sms(None), &values);
        let body = String::from_utf8(asked.body).unwrap();
        assert!(body.starts_with("to=919876543210&msg=%E0%A4%86") && body.ends_with("&tid=1107"), "{body}");
        assert!(body.contains("%20%26%20") && body.contains("%7Bkey%7D") && !body.contains("s3"), "{body}");
        assert_eq!(asked.headers, [("Authorization".to_owned(), "Bearer s3".to_owned())]);
    }

    #[test]
    fn an_operator_is_told_who_sends_which_text_in_which_letters() {
        let filled = |name: &str, value: &str| Filled { name: name.into(), value: value.into() };
        let fields = vec![
            filled("pe", "{entity}"),
            filled("from", "{sender}"),
            filled("dlt", "{template}"),
            filled("ref", "{reference}"),
            filled("unicode", "{unicode}"),
        ];
        let gateway = SmsGateway { body: Body::Json, fields, ..sms(None) };
        let template =
            Template { stage: Stage::Today, language: Language::Hindi, id: "1107".into(), text: String::new() };
        for (text, unicode) in [("Please come", "0"), ("कृपया आएँ", "1"), ("₹5", "1"), ("£5 ~", "0")]
        {
            let values = Values { to: "9876543210", text, template: &template, reference: "ab", key: "s3" };
            let asked = request(&gateway, &values);
            let body: Value = serde_json::from_slice(&asked.body).unwrap();
            let wanted = serde_json::json!({
                "pe": "1101", "from": "PHCRAM", "dlt": "1107", "ref": "ab", "unicode": unicode,
            });
            assert_eq!(body, wanted, "{text}");
            assert_eq!(asked.content_type, Some("application/json"));
        }
    }

    #[test]
    fn a_gateway_says_yes_with_a_status_or_in_plain_text() {
        let accepted = SmsGateway { taken_status: Some(202), ..sms(None) };
        assert_eq!(given(&accepted, said(202, "")).answer, Answer::Taken);
        assert_eq!(given(&accepted, said(200, "")).answer, Answer::Unclear);
        assert_eq!(given(&accepted, said(503, "")).answer, Answer::NotNow { after_ms: None });
        // Some say yes by sending on to a page of theirs.
        let sends_on = SmsGateway { taken_status: Some(302), ..sms(None) };
        assert_eq!(given(&sends_on, said(302, "")).answer, Answer::Taken);
        let plain = SmsGateway { not_taken: Some(says("", "ERR")), ..sms(Some(says("", "Submitted"))) };
        assert_eq!(given(&plain, said(200, "submitted | 919876543210: 77\n")).answer, Answer::Taken);
        assert_eq!(given(&plain, said(200, "ERR-23 no credit")).answer, Answer::NotNow { after_ms: None });
        assert_eq!(given(&plain, said(200, "not submitted")).answer, Answer::Unclear);
        assert_eq!(given(&plain, said(200, "स")).answer, Answer::Unclear);
    }

    #[test]
    fn a_gateway_that_says_200_may_mean_no() {
        let gateway = sms(Some(says("/status", "success")));
        let taken = given(&gateway, said(200, r#"{"status":"Success","id":12}"#));
        assert_eq!((taken.answer, taken.id.as_str()), (Answer::Taken, "12"));
        let gateway = SmsGateway { not_taken: Some(says("/status", "error")), ..gateway };
        let refused = given(&gateway, said(200, r#"{"status":"Error","reason":"no credit"}"#));
        assert_eq!(refused.answer, Answer::NotNow { after_ms: None });
        // A word that nobody named may be one of its own for a message that it took, and one place may be another's.
        for body in [r#"{"status":"queued"}"#, r#"{"message":"error"}"#, r#"{"status":null}"#, "<html>"] {
            assert_eq!(given(&gateway, said(200, body)).answer, Answer::Unclear, "{body}");
        }
        assert_eq!(given(&sms(None), said(200, "OK")).answer, Answer::Taken);
        let no_alone = SmsGateway { taken: None, ..gateway };
        assert_eq!(given(&no_alone, said(200, "OK")).answer, Answer::Taken);
        let refused = given(&no_alone, said(200, r#"{"status":"error"}"#));
        assert_eq!(refused.answer, Answer::NotNow { after_ms: None });
    }

    #[test]
    fn what_may_have_gone_out_is_unclear_and_what_was_not_taken_waits() {
        let answer = |status| given(&sms(None), said(status, "")).answer;
        for status in [301, 401, 402, 403, 404, 429, 503] {
            assert_eq!(answer(status), Answer::NotNow { after_ms: None }, "{status}");
        }
        for status in [400, 413, 422] {
            assert_eq!(answer(status), Answer::Refused, "{status}");
        }
        for status in [500, 502, 504] {
            assert_eq!(answer(status), Answer::Unclear, "{status}");
        }
        assert_eq!(given(&sms(None), Outcome::NoAnswer).answer, Answer::Unclear);
        let slow = super::super::http::NotAsked::Slow;
        assert_eq!(given(&sms(None), Outcome::NotAsked(slow)).answer, Answer::NotNow { after_ms: None });
    }

    #[test]
    fn states_and_answers_are_read_where_the_settings_say() {
        let status = StatusPage {
            url: "https://sms.example.in/{id}?k={key}".into(),
            delivered: says("/m/0/s", "DELIVRD"),
            failed: says("/m/0/s", "UNDELIV"),
        };
        assert_eq!(page(&sms(None), &status.url, "a/b", "k&").url, "https://sms.example.in/a%2Fb?k=k%26");
        let of = |word: &str| later(&status, &said(200, &format!(r#"{{"m":[{{"s":"{word}"}}]}}"#)));
        assert_eq!(of("DELIVRD"), Some(Later::Delivered));
        assert_eq!(of("UNDELIV"), Some(Later::NotDelivered));
        assert_eq!(of("ENROUTE"), None);
        assert_eq!(later(&status, &said(500, "{}")), None);
        let page = AnswersPage {
            url: String::new(),
            list_pointer: "/in".into(),
            from_pointer: "/from".into(),
            text_pointer: "/body".into(),
        };
        let listed = said(200, r#"{"in":[{"from":"919876543210","body":"STOP"},{"from":1},7]}"#);
        let heard = answers(&page, &listed).unwrap();
        assert_eq!((heard.len(), heard[0].from.as_str(), heard[0].text.as_str()), (1, "919876543210", "STOP"));
        // No list is not an empty one.
        assert_eq!(answers(&page, &said(200, r#"{"in":[]}"#)), Some(Vec::new()));
        for none in [said(500, r#"{"in":[]}"#), said(200, "{}"), said(200, "<html>"), Outcome::NoAnswer] {
            assert_eq!(answers(&page, &none), None, "{none:?}");
        }
    }
}
