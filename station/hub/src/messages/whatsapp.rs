//! The WhatsApp Business Cloud API of Meta: messages are approved templates with variables.

use super::gateway::ID_MAX_CHARS;
use super::http::{Asked, Outcome, Said};
use super::text::{VARIABLES, variable};
use super::{Given, Trouble};
use chrono::NaiveDate;
use clinic::record::fact::{Template, WhatsApp};
use clinic::reminder::Answer;
use hyper::Method;
use serde_json::{Value, json};

/// Errors that say that nothing was taken and that it may be later: too fast, or the service is down.
const BUSY: [u64; 8] = [2, 4, 80_007, 130_429, 131_016, 131_048, 131_056, 131_057];

const UNKNOWN: [u64; 2] = [1, 131_000];
const PERMISSION: u64 = 3;
const NOBODY: u64 = 131_026;

pub struct Values<'a> {
    /// Ten digits.
    pub to: &'a str,
    pub on: NaiveDate,
    pub children: u32,
    pub template: &'a Template,
    /// In hexadecimal.
    pub reference: &'a str,
    pub token: &'a str,
}

pub fn request(whatsapp: &WhatsApp, values: &Values<'_>) -> Asked {
    let text = |name: &str| Some(json!({"type": "text", "text": variable(name, values.on, values.children)?}));
    let has = |name: &&str| values.template.text.contains(&format!("{{{name}}}"));
    let parameters: Vec<Value> = VARIABLES.into_iter().filter(has).filter_map(text).collect();
    let components =
        if parameters.is_empty() { json!([]) } else { json!([{"type": "body", "parameters": parameters}]) };
    let body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": format!("91{}", values.to),
        "type": "template",
        "template": {
            "name": values.template.id,
            "language": {"code": values.template.language.code()},
            "components": components,
        },
        "biz_opaque_callback_data": values.reference,
    });
    Asked {
        method: Method::POST,
        url: format!("{}/{}/messages", whatsapp.url.trim_end_matches('/'), whatsapp.number_id),
        headers: vec![("authorization".into(), format!("Bearer {}", values.token))],
        content_type: Some("application/json"),
        body: body.to_string().into_bytes(),
    }
}

/// What the answer means for the message. The API has no way to give one reference twice: what is unclear stays so.
pub fn given(outcome: Outcome) -> Given {
    let said = match outcome {
        Outcome::NotAsked(error) => return Given::not_now(None, (&error).into(), error.to_string()),
        Outcome::NoAnswer => return Given::unclear("WhatsApp gave no whole answer"),
        Outcome::Answer(said) => said,
    };
    let body = said.json().unwrap_or(Value::Null);
    if let Some(code) = body.pointer("/error/code").and_then(Value::as_u64) {
        return error(code, &said);
    }
    match (said.is_success(), body.pointer("/messages/0/id").and_then(Value::as_str)) {
        (true, Some(id)) => Given { id: id.chars().take(ID_MAX_CHARS).collect(), ..Given::of(Answer::Taken) },
        (false, _) if matches!(said.status, 300..=399 | 401..=405 | 429 | 503) => {
            let words = format!("WhatsApp answered {}", said.status);
            Given::not_now(said.retry_after_ms, Trouble::of_status(said.status), words)
        }
        _ => Given::unclear(&format!("WhatsApp answered {}", said.status)),
    }
}

fn error(code: u64, said: &Said) -> Given {
    let words = format!("WhatsApp answered with its error {code}");
    // Its own "unknown error", and "something went wrong", say nothing of what happened before; nor does a server that
    // broke, but for what it names as a missing permission (3) or as no service at all (503).
    let broke = said.status >= 500 && said.status != 503 && code != PERMISSION;
    if UNKNOWN.contains(&code) || broke {
        return Given::unclear(&words);
    }
    // What is not in order with token, account or payment an Admin can set right: the message waits.
    let trouble = match code {
        0 | PERMISSION | 10 | 190 | 200..300 | 131_005 => Trouble::Key,
        131_042 => Trouble::Unpaid,
        368 | 131_031 => Trouble::SaysNo,
        code if BUSY.contains(&code) => Trouble::Busy,
        _ if said.status == 503 => Trouble::Busy,
        // This family is not on WhatsApp: nothing is wrong with the channel.
        NOBODY => return Given::of(Answer::Refused),
        _ => return Given::refused(words),
    };
    Given::not_now(said.retry_after_ms, trouble, words)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clinic::reminder::{Language, Stage};

    fn said(status: u16, body: &str) -> Outcome {
        Outcome::Answer(Said { status, retry_after_ms: None, body: body.to_owned().into() })
    }

    #[test]
    fn a_template_with_its_variables_in_their_order() {
        let template = Template {
            stage: Stage::Late,
            language: Language::Hindi,
            id: "late_dose".into(),
            text: "{children} · {date}".into(),
        };
        let whatsapp = WhatsApp {
            url: "https://graph.facebook.com/v23.0/".into(),
            number_id: "1234".into(),
            templates: Vec::new(),
            message_paise: 12,
        };
        let on = NaiveDate::from_ymd_opt(2026, 12, 5).unwrap();
        let values = Values { to: "9876543210", on, children: 2, template: &template, reference: "ab", token: "t0k" };
        let asked = request(&whatsapp, &values);
        assert_eq!(asked.url, "https://graph.facebook.com/v23.0/1234/messages");
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        let text = |n: usize| body.pointer(&format!("/template/components/0/parameters/{n}/text")).unwrap().clone();
        assert_eq!((text(0), text(1)), (json!("05-12-2026"), json!("2")));
        assert_eq!(body["to"], "919876543210");
        assert_eq!(body["template"]["language"]["code"], "hi");
        assert!(!body.to_string().contains("t0k"));
        let by_numbers = Template { text: "{year} {children} {day} {month}".into(), ..template.clone() };
        let numbers = request(&whatsapp, &Values { template: &by_numbers, ..values });
        let body: Value = serde_json::from_slice(&numbers.body).unwrap();
        let texts: Vec<&str> = body["template"]["components"][0]["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|parameter| parameter["text"].as_str().unwrap())
            .collect();
        assert_eq!(texts, ["05", "12", "2026", "2"]);
    }

    #[test]
    fn errors_are_told_apart() {
        let answer = |status, body: &str| given(said(status, body)).answer;
        let error = |status, code: u64| answer(status, &format!(r#"{{"error":{{"code":{code}}}}}"#));
        let taken = given(said(200, r#"{"messages":[{"id":"wamid.x"}]}"#));
        assert_eq!((taken.answer, taken.id.as_str()), (Answer::Taken, "wamid.x"));
        assert_eq!(error(429, 130_429), Answer::NotNow { after_ms: None });
        assert_eq!(error(401, 190), Answer::NotNow { after_ms: None });
        // Not on WhatsApp; no such template.
        assert_eq!(error(400, 131_026), Answer::Refused);
        assert_eq!(error(404, 132_001), Answer::Refused);
        // "Possibly a temporary issue", it says, and not whether the message went out before.
        for (status, code) in [(400, 1), (500, 1), (500, 2), (500, 131_000), (500, 131_016), (502, 130_429), (500, 7)] {
            assert_eq!(error(status, code), Answer::Unclear, "{status} {code}");
        }
        for (status, code) in [(503, 2), (503, 133_004), (500, 3), (403, 200), (400, 131_016)] {
            assert_eq!(error(status, code), Answer::NotNow { after_ms: None }, "{status} {code}");
        }
        assert_eq!(answer(200, "{}"), Answer::Unclear);
        assert_eq!(answer(502, "<html>"), Answer::Unclear);
    }
}
