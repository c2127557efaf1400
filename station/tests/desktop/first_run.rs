//! From an empty folder to the login, by hand.

use crate::left_in_english;
use crate::window::Window;
use iced::keyboard::key::Named;
use station::words::Lang;

#[test]
fn the_first_run_from_an_empty_folder_to_the_login() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::open(dir.path(), Lang::En, None);
    window.sees("Choose a language");
    window.picture("first-run-1-language");
    window.tap(Named::Enter);
    window.sees("The clinic and its schedule");
    window.tap(Named::Enter);
    window.sees("This is needed: Name of the clinic");
    window.type_text("PHC Rampur");
    window.tap(Named::Enter);
    window.sees("Choose one of the two schedules");
    window.picture("first-run-2-clinic");
    window.click("National Immunization Schedule (UIP)");
    window.tap(Named::Enter);
    window.sees("Say whether JE is common");
    window.click("No");
    window.tap(Named::Enter);

    window.sees("The Super Admin");
    // Tab goes the way people read.
    for typed in ["Ravi Prasad", "ravi", "ravi1234"] {
        window.type_text(typed);
        window.tap(Named::Tab);
    }
    window.type_text("ravi1234");
    let texts = window.texts();
    assert!(["Ravi Prasad", "ravi"].iter().all(|typed| texts.iter().any(|text| text == typed)), "{texts:?}");
    window.tap(Named::Enter);
    window.sees("Too easy to guess");
    window.picture("first-run-3-super-admin");
    window.fill("Password", "! mango tree");
    window.tap(Named::Enter);
    window.sees("The two passwords are not the same");
    window.fill("Password once more", "! mango tree");
    window.tap(Named::Enter);

    window.sees("The recovery key");
    let groups: Vec<String> =
        window.texts().into_iter().filter(|t| t.len() == 5 && t.chars().all(|c| c.is_ascii_alphanumeric())).collect();
    let key: Vec<String> = groups.into_iter().filter(|g| *g == g.to_uppercase()).collect();
    assert_eq!(key.len(), 8, "{key:?}");
    window.picture("first-run-4-key");
    window.tap(Named::Enter);
    let mut typed = key.clone();
    typed[2] = typed[2].chars().rev().collect();
    window.type_text(&typed.join("-"));
    window.tap(Named::Enter);
    window.sees("The key is not complete yet");
    window.sees(if typed == key { "Group 3 is right" } else { "Group 3: look again" });
    window.picture("first-run-5-key-back");
    window.tap(Named::Escape);
    window.tap(Named::Escape);
    window.sees("Write this key on paper");
    window.tap(Named::Enter);
    window.write_over(&key.join(" ").to_lowercase());
    window.sees("Group 8 is right");
    window.tap(Named::Enter);

    window.sees("The first Admin");
    window.type_text("Rekha Kumari");
    window.fill("Login", "ravi");
    window.fill("Password", "brown cow 77");
    window.fill("Password once more", "brown cow 77");
    window.tap(Named::Enter);
    window.sees("Somebody has this login already");
    window.fill("Login", "rekha");
    window.tap(Named::Enter);
    window.sees("The first PHC Worker");
    window.type_text("Sunita Devi");
    window.fill("Login", "sunita");
    window.fill("Password", "green gate 5");
    window.fill("Password once more", "green gate 5");
    window.picture("first-run-6-worker");
    window.tap(Named::Enter);

    window.sees("Join the district");
    window.type_text("tikka://nowhere");
    window.tap(Named::Enter);
    window.sees("This is not a link from the district office");
    window.picture("first-run-7-district");
    window.click("Later");
    window.sees("The clinic is ready");
    window.picture("first-run-8-done");
    window.tap(Named::Enter);
    window.sees("PHC Rampur");
    window.type_text("sunita");
    window.tap(Named::Tab);
    window.type_text("green gate 5");
    window.tap(Named::Enter);
    window.sees("No child is on your list yet");
    window.sees("No district yet: 5 records are only here");
    window.picture("today-empty");
}

#[test]
fn the_first_run_speaks_hindi() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::open(dir.path(), Lang::Hi, None);
    window.tap(Named::Enter);
    window.type_text("PHC Rampur");
    window.click("राष्ट्रीय सारणी, बाल रोग अकादमी (आईएपी) के टीकों के साथ");
    window.click("नहीं");
    window.picture("hi-first-run-2-clinic");
    assert_eq!(left_in_english(&mut window), [""; 0]);
    window.tap(Named::Enter);
    window.sees("सुपर एडमिन");
    window.type_text("Ravi Prasad");
    window.tap(Named::Enter);
    // Beside the field, in Hindi.
    window.sees("लॉगिन में 3 से 32 अक्षर या अंक चाहिए।");
    window.picture("hi-first-run-3-super-admin");
    assert_eq!(left_in_english(&mut window), [""; 0]);
    window.fill("लॉगिन", "PHC1");
    window.fill("पासवर्ड", "12345678");
    window.fill("पासवर्ड एक बार फिर", "12345678");
    window.tap(Named::Enter);
    window.sees("इस पासवर्ड का अनुमान लगाना आसान है: यह उनमें से है जिन्हें सब पहले आज़माते हैं।");
    window.fill("पासवर्ड", "नीम का पेड़ 7");
    window.fill("पासवर्ड एक बार फिर", "नीम का पेड़ 7");
    window.tap(Named::Enter);
    window.sees("यह कुंजी काग़ज़ पर लिखें");
    window.picture("hi-first-run-4-key");
    assert_eq!(left_in_english(&mut window), [""; 0]);
    // What was typed is still there on the way back and forth.
    window.tap(Named::Escape);
    window.sees("Ravi Prasad");
    window.tap(Named::Escape);
    window.tap(Named::Escape);
    window.sees("केंद्र और टीकाकरण सारणी");
}
