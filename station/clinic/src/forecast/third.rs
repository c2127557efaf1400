//! A schedule of nobody, written here: a new schedule needs no code.

use super::*;

const THIRD: &str = r#"
schema = 1
id = "third"
name = "Third"
live_products = ["YF", "MR", "MRV", "V", "CH"]
live_series = ["YF", "MR", "V", "CH"]

# Yellow fever keeps others away for 30 days, chikungunya none; the others keep the usual four weeks.
[[live_pair]]
first = "YF"
then = "MR"
interval = "30d"
[[live_pair]]
first = "CH"
then = "MR"
interval = "none"
[[live_pair]]
first = "MR"
then = "MR"
interval = "3m"

[vaccine]
YF = { name = "Yellow fever", antigens = ["yellow fever"], kind = "live-injected", route = "subcutaneous", site = "arm", volume = "0.5 ml" }
MR = { name = "Measles-rubella", antigens = ["measles", "rubella"], kind = "live-injected", route = "subcutaneous", site = "arm", volume = "0.5 ml" }
V = { name = "Varicella", antigens = ["varicella"], kind = "live-injected", route = "subcutaneous", site = "arm", volume = "0.5 ml" }
CH = { name = "Chikungunya", antigens = ["chikungunya"], kind = "live-injected", route = "intramuscular", site = "arm", volume = "0.5 ml" }
D = { name = "DTP", antigens = ["diphtheria", "tetanus", "pertussis"], kind = "inactivated", route = "intramuscular", site = "thigh", volume = "0.5 ml" }
H = { name = "HPV", antigens = ["HPV"], kind = "inactivated", route = "intramuscular", site = "arm", volume = "0.5 ml" }

[product]
YF = ["YF"]
MR = ["MR"]
MRV = ["MR", "V"]
V = ["V"]
CH = ["CH"]
D = ["D"]
H = ["H"]

[[dose]]
id = "D-1"
series = "D"
rec_from = "2m"
rec_to = "2m"
min_age = "6w"
min_interval = "none"
latest_age = "7y"
[[dose]]
id = "D-2"
series = "D"
rec_from = "4m"
rec_to = "4m"
min_age = "10w"
min_interval = "4w"
latest_age = "7y"
[[dose]]
id = "D-3"
series = "D"
rec_from = "6m"
rec_to = "6m"
min_age = "14w"
min_interval = "4w"
latest_age = "7y"
[[dose]]
id = "MR-1"
series = "MR"
rec_from = "9m"
rec_to = "12m"
min_age = "9m"
min_interval = "none"
latest_age = "none"
[[dose]]
id = "MR-2"
series = "MR"
rec_from = "15m"
rec_to = "18m"
min_age = "12m"
min_interval = "3m"
latest_age = "none"
[[dose]]
id = "V-1"
series = "V"
rec_from = "12m"
rec_to = "15m"
min_age = "12m"
min_interval = "none"
latest_age = "none"
[[dose]]
id = "YF-1"
series = "YF"
rec_from = "9m"
rec_to = "9m"
min_age = "9m"
min_interval = "none"
latest_age = "none"
region = "je-endemic"
[[dose]]
id = "CH-1"
series = "CH"
rec_from = "9m"
rec_to = "9m"
min_age = "9m"
min_interval = "none"
latest_age = "none"
[[dose]]
id = "H-1"
series = "H"
rec_from = "9y"
rec_to = "14y"
min_age = "9y"
min_interval = "none"
latest_age = "15y"
sex = "female"

[[catchup]]
series = "D"
start_from = "1y"
start_before = "7y"
doses = ["D-1", "D-3"]
intervals = ["none", "8w"]

[milestone]
dtp_series = "D"
fully = ["D-1", "D-2", "D-3", "MR-1"]
completely = ["MR-2"]
"#;

const CASES: &str = "case_id,schedule,dob,sex,je_endemic,eval_date,doses,contraindicated
catch-up,third,2023-01-10,M,no,2024-02-01,D@2024-02-01,
spaced,third,2023-01-10,F,yes,2023-11-15,YF@2023-11-01,
not spaced,third,2023-01-10,F,yes,2023-11-15,CH@2023-11-01; MR@2023-11-10,
too soon,third,2023-01-10,F,yes,2024-01-15,YF@2023-11-01; MR@2023-11-30; V@2024-01-10,
just right,third,2023-01-10,F,yes,2023-12-20,YF@2023-11-01; MR@2023-12-01,
against,third,2023-01-10,F,yes,2023-11-15,,kind:live@2023-12-31; H
";

#[test]
fn a_new_schedule_needs_no_code() {
    let third = Schedule::parse(THIRD).expect("the third schedule is good");
    let mut output = Vec::new();
    let summary = run_cases_with(
        |id| Some(&third).filter(|third| third.id() == id),
        CASES.as_bytes(),
        &mut output,
        |row| panic!("{row}"),
    );
    assert_eq!(summary.expect("the cases run").cases, 6);
    let output = String::from_utf8(output).expect("text");
    let of_case = |id: &str| -> Vec<String> {
        let lines = output.lines().filter_map(|line| line.strip_prefix(&format!("{id},")));
        lines.map(|line| line.split(',').filter(|field| !field.is_empty()).collect::<Vec<_>>().join(" ")).collect()
    };
    // A start at 12 months needs two doses, the second 8 weeks later.
    let rows = of_case("catch-up");
    assert_eq!(
        rows[..2],
        ["given D-1 D 2024-02-01 given-valid", "next D-3 upcoming 2024-03-28 2024-03-28 2024-04-25 2030-01-09"]
    );
    // Yellow fever is for where it is endemic, HPV for girls.
    assert!(rows.contains(&"next YF not-applicable".to_owned()) && rows.contains(&"next H not-applicable".to_owned()));

    // 30 days after yellow fever for measles, four weeks for varicella and chikungunya.
    let rows = of_case("spaced");
    assert_eq!(rows[2], "next MR-1 upcoming 2023-12-01 2023-12-01 2024-02-07");
    assert_eq!(rows[4], "next YF complete");
    assert_eq!(rows[5], "next CH-1 upcoming 2023-11-29 2023-11-29 2023-11-29");
    // Nothing between chikungunya and measles, three months between two of measles.
    let rows = of_case("not spaced");
    assert_eq!(rows[1], "given MR-1 MR 2023-11-10 given-valid");
    assert_eq!(rows[3], "next MR-2 upcoming 2024-02-10 2024-04-10 2024-08-07");
    // A day too soon after yellow fever: invalid, and still in the way of the next.
    let rows = of_case("too soon");
    assert_eq!(rows[1], "given MR-1 MR 2023-11-30 given-invalid-too-early live-spacing");
    assert_eq!(rows[2], "given V-1 V 2024-01-10 given-valid");
    assert_eq!(rows[4], "next MR-1 upcoming 2024-03-01 2024-03-01 2024-03-01");
    assert_eq!(of_case("just right")[1], "given MR-1 MR 2023-12-01 given-valid");

    let rows = of_case("against");
    assert_eq!(rows[1], "next MR-1 upcoming contraindicated-live-until 2023-12-31 2024-01-01 2024-01-01 2024-02-07");
    assert_eq!(rows.last().map(String::as_str), Some("next H-1 contraindicated contraindicated"));
}

#[test]
fn its_live_pairs_are_told() {
    let third = Schedule::parse(THIRD).expect("the third schedule is good");
    let product = |name: &str| third.product(name).expect(name);
    let spacing = |first: &str, then: &str| third.live_spacing(product(first), product(then)).map(|s| s.to_string());
    assert_eq!(spacing("YF", "MR").as_deref(), Some("30d"));
    assert_eq!(spacing("MR", "YF").as_deref(), Some("4w"));
    assert_eq!(spacing("CH", "MR"), None);
    assert_eq!(spacing("D", "MR"), None);
    assert_eq!(third.milestones().map(|sets| third.series_name(sets.dtp_series)), Some("D"));
}
