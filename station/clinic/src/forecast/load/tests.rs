//! Mistakes people make in a schedule file, and where each is complained about.

use super::*;
use crate::forecast::schedule::EntryKind;

const SMALL: &str = r#"schema = 1
id = "small"
name = "Small"
live_products = ["MR"]
live_series = ["MR"]
[vaccine]
MR = { name = "MR", antigens = [], kind = "live-injected", route = "unsourced", site = "arm", volume = "0.5 ml" }
OPV = { name = "OPV", antigens = ["polio"], kind = "live-oral", route = "oral", site = "mouth", volume = "2 drops" }
[product]
OPV = ["OPV"]
MR = ["MR"]
[[dose]]
id = "MR-1"
series = "MR"
rec_from = "9m"
rec_to = "12m"
min_age = "9m"
min_interval = "none"
latest_age = "5y"
[[dose]]
id = "OPV-1"
series = "OPV"
rec_from = "6w"
rec_to = "6w"
min_age = "unsourced"
min_interval = "unsourced"
latest_age = "unsourced"
[[catchup]]
series = "OPV"
start_from = "1y"
start_before = "2y"
doses = ["OPV-1"]
intervals = ["none"]
[[alternative]]
series = "MR"
start_from = "2y"
dose = [{ id = "MR-late", rec_from = "2y", rec_to = "2y", min_age = "2y", min_interval = "none", latest_age = "5y" }]
"#;

/// The complaint about `SMALL` with one change, and the line it should name.
fn refused(find: &str, replace: &str) -> (usize, String) {
    assert_eq!(SMALL.matches(find).count(), 1, "{find}");
    let text = SMALL.replace(find, replace);
    let error = Schedule::parse(&text).expect_err(replace);
    (error.line, error.reason)
}

#[test]
fn a_small_schedule_loads() {
    let schedule = Schedule::parse(SMALL).expect("a schedule");
    assert_eq!(schedule.products().count(), 2);
    // In the order of the file, not of the alphabet.
    assert_eq!(schedule.product_name(ProductId(0)), "OPV");
    assert_eq!(schedule.vaccine(VaccineId(0)).id, "MR");
    let order: Vec<_> = schedule.series().map(|series| schedule.series_name(series)).collect();
    assert_eq!(order, ["MR", "OPV"]);
    let late = schedule.entry(schedule.entry_id("MR-late").expect("MR-late"));
    assert_eq!((late.label.as_str(), late.kind), ("MR-late", EntryKind::LateStart));
}

#[test]
fn a_bad_schedule_is_refused_with_line_and_reason() {
    for (find, replace, line, reason) in [
        ("schema = 1", "schema = 2", 1, "schema must be 1"),
        ("schema = 1", "", 1, "missing field `schema`"),
        ("id = \"small\"", "id = \"s m\"", 2, "schedule id \"s m\": use 1 to 32 letters"),
        ("name = \"Small\"", "name = \" \"", 3, "name is empty"),
        ("name = \"Small\"", "name = \"Small", 3, "basic string"),
        ("name = \"Small\"", "name = 7", 3, "invalid type: integer `7`"),
        ("name = \"Small\"", "name = \"Small\"\ngrace_days = 11", 4, "at most 10"),
        ("name = \"Small\"", "name = \"Small\"\ncolour = 1", 4, "unknown field `colour`"),
        ("live_products = [\"MR\"]", "live_products = [\"MX\"]", 4, "no product \"MX\""),
        ("live_series = [\"MR\"]", "live_series = [\"MX\"]", 5, "no dose belongs to a series \"MX\""),
        ("live_series = [\"MR\"]", "live_series = []", 13, "its series \"MR\" is not in live_series"),
        ("kind = \"live-oral\"", "kind = \"live\"", 8, "not a kind of vaccine"),
        ("OPV = [\"OPV\"]", "OPV = [\"DTP\"]", 10, "series \"DTP\""),
        ("OPV = [\"OPV\"]", "OPV = []", 10, "counts for no series"),
        ("OPV = [\"OPV\"]", "OPV = [\"OPV\", \"OPV\"]", 10, "names a series twice"),
        ("OPV = [\"OPV\"]", "", 21, "no product can be recorded for dose \"OPV-1\""),
        ("MR = [\"MR\"]", "MR = [\"MR\"]\nMR = [\"MR\"]", 12, "duplicate key"),
        ("id = \"MR-1\"", "id = \"OPV-1\"", 21, "dose \"OPV-1\" is listed twice"),
        ("id = \"MR-1\"\nseries = \"MR\"", "id = \"MR-1\"", 13, "names no series"),
        ("id = \"MR-1\"", "id = \"MR-1\"\nvaccine = \"MMR\"", 14, "there is no vaccine \"MMR\""),
        ("id = \"MR-1\"", "id = \"MR-1\"\nproduct = \"OPV\"", 14, "no product \"OPV\" counts for series \"MR\""),
        ("id = \"MR-1\"", "id = \"MR-1\"\nregion = \"coast\"", 14, "\"coast\" is not a region"),
        ("id = \"MR-1\"", "id = \"MR-1\"\nsex = \"female\"", 38, "region and sex must be the same"),
        ("id = \"MR-1\"", "id = \"MR-1\"\nsex = \"girl\"", 14, "\"girl\" is not a sex here"),
        ("rec_from = \"9m\"", "rec_from = \"9 months\"", 15, "\"9 months\" is not an age or interval"),
        ("rec_from = \"9m\"", "rec_from = \"2y\"", 16, "rec_to comes before rec_from"),
        ("min_age = \"9m\"", "min_age = \"5y\"", 17, "dose \"MR-1\": min_age comes after rec_to"),
        ("rec_to = \"12m\"\nmin_age = \"9m\"", "rec_to = \"6y\"\nmin_age = \"5y\"", 19, "latest_age leaves no day"),
        ("\"none\"\nlatest_age = \"5y\"", "\"none\"\nlatest_age = \"6m\"", 19, "latest_age comes before rec_from"),
        ("min_age = \"9m\"\n", "", 12, "missing field `min_age`"),
        ("min_age = \"9m\"", "min_age = 9", 17, "invalid type: integer `9`"),
        ("min_age = \"9m\"", "min_age = \"\"", 17, "\"\" is not an age or interval"),
        ("min_age = \"9m\"", "min_age = \"9m", 17, "basic string"),
        ("id = \"MR-1\"", "id = \"MR-1\"\nmin_agee = \"9m\"", 14, "unknown field `min_agee`"),
        ("id = \"MR-1\"", "id = \"MR-1\"\nsrc = { rec = \"A\", max = \"B\" }", 14, "unknown field `max`"),
        ("id = \"MR-late\"", "id = \"MR-late\", colour = 1", 37, "unknown field `colour`"),
        ("id = \"MR-1\"", "id = \"MR-1\"\nfrom_first = \"4w\"", 13, "from_first needs a dose before it"),
        ("id = \"MR-1\"", "id = \"MR-1\"\nskip_if_previous_at = \"4y\"", 13, "skip_if_previous_at needs a dose"),
        ("[\"MR\"]\nlive_series", "[\"MR\", \"MR\"]\nlive_series", 4, "product \"MR\" is in live_products twice"),
        ("[\"MR\"]\nlive_series", "[\"OPV\"]\nlive_series", 5, "none of its products in live_products"),
        ("live_series = [\"MR\"]", "live_series = [\"MR\", \"MR\"]", 5, "series \"MR\" is in live_series twice"),
        ("min_age = \"unsourced\"", "min_age = \"unsourced\"\nwindow_only = true", 28, "window_only needs"),
        ("series = \"OPV\"\nstart_from", "series = \"DTP\"\nstart_from", 29, "series \"DTP\""),
        ("start_before = \"2y\"", "start_before = \"1y\"", 31, "start_before must come after"),
        ("doses = [\"OPV-1\"]", "doses = [\"OPV-2\"]", 32, "no dose \"OPV-2\" in the plan"),
        ("doses = [\"OPV-1\"]", "doses = [\"MR-1\"]", 32, "no dose \"MR-1\" in the plan"),
        ("intervals = [\"none\"]", "intervals = []", 33, "one interval for each dose"),
        ("intervals = [\"none\"]", "intervals = [\"never\"]", 33, "\"never\" is not an age"),
        ("id = \"MR-late\"", "id = \"MR-1\"", 37, "listed elsewhere with other figures"),
        ("start_from = \"2y\"", "", 34, "missing field `start_from`"),
    ] {
        let (found_line, found) = refused(find, replace);
        assert!(found.contains(reason), "{replace}: {found}");
        assert_eq!(found_line, line, "{replace}: {found}");
    }
    for (more, error) in [
        (
            "[[catchup]]\nseries = \"OPV\"\nstart_from = \"18m\"\nstart_before = \"3y\"\n\
                 doses = [\"OPV-1\"]\nintervals = [\"none\"]\n",
            "line 40: two catch-up lists of series \"OPV\" cover the same age",
        ),
        (
            "[[dose]]\nid = \"MR-2\"\nseries = \"MR\"\nrec_from = \"16m\"\nrec_to = \"24m\"\n\
                 min_age = \"12m\"\nmin_interval = \"3w\"\nlatest_age = \"5y\"\n",
            "line 39: dose \"MR-2\": live doses need at least 4 weeks (4w) since the last",
        ),
        (
            "[[dose]]\nid = \"OPV-0\"\nseries = \"OPV\"\nrec_from = \"0d\"\nrec_to = \"0d\"\n\
                 min_age = \"0d\"\nmin_interval = \"none\"\nlatest_age = \"none\"\n",
            "line 39: dose \"OPV-0\" is planned at a younger age than \"OPV-1\" before it",
        ),
        (
            "[[optional_dose]]\nid = \"OPV-X\"\nseries = \"OPV\"\nrec_from = \"5w\"\nrec_to = \"6w\"\n\
                 min_age = \"0d\"\nmin_interval = \"none\"\nlatest_age = \"none\"\n",
            "line 39: dose \"OPV-X\" is planned at a younger age than \"OPV-1\" before it",
        ),
        (
            "[[dose]]\nid = \"JE\"\nvaccine = \"MR\"\nseries = \"JE\"\nrec_from = \"9m\"\nrec_to = \"9m\"\n\
                 min_age = \"9m\"\nmin_interval = \"none\"\nlatest_age = \"none\"\n[product.JE]\n",
            "line 47: invalid type: map, expected a sequence",
        ),
        ("[[live_pair]]\nfirst = \"MR\"\nthen = \"MX\"\ninterval = \"6w\"\n", "line 40: there is no product \"MX\""),
        (
            "[[live_pair]]\nfirst = \"OPV\"\nthen = \"MR\"\ninterval = \"6w\"\n",
            "line 39: product \"OPV\" of a live_pair is not in live_products",
        ),
        (
            "[[live_pair]]\nfirst = \"MR\"\nthen = \"MR\"\ninterval = \"soon\"\n",
            "line 41: \"soon\" is not an age or interval; write it like \"6w\", \"9m\" or \"1y6m\"",
        ),
        (
            "[[live_pair]]\nfirst = \"MR\"\nthen = \"MR\"\ninterval = \"6w\"\n\
                 [[live_pair]]\nfirst = \"MR\"\nthen = \"MR\"\ninterval = \"8w\"\n",
            "line 43: \"MR\" before \"MR\" has two live_pairs",
        ),
        (
            "[[live_pair]]\nfirst = \"MR\"\nthen = \"MR\"\ninterval = \"6w\"\n\
                 [[dose]]\nid = \"MR-2\"\nseries = \"MR\"\nrec_from = \"16m\"\nrec_to = \"24m\"\n\
                 min_age = \"12m\"\nmin_interval = \"5w\"\nlatest_age = \"5y\"\n",
            "line 43: dose \"MR-2\": live doses need 6w since the last",
        ),
        (
            "[milestone]\ndtp_series = \"DTP\"\nfully = [\"OPV-1\"]\ncompletely = [\"MR-1\"]\n",
            "line 39: no dose belongs to a series \"DTP\"",
        ),
        (
            "[milestone]\ndtp_series = \"MR\"\nfully = [\"OPV-1\"]\ncompletely = [\"MR-1\"]\n",
            "line 39: no dose of series \"MR\" is in fully",
        ),
        (
            "[milestone]\ndtp_series = \"MR\"\nfully = [\"MR-3\"]\ncompletely = [\"MR-1\"]\n",
            "line 40: the milestone needs \"MR-3\", but there is no such dose",
        ),
        (
            "[milestone]\ndtp_series = \"MR\"\nfully = [\"MR-1\"]\ncompletely = [\"OPV-1\", \"MR-1\"]\n",
            "line 41: the milestone needs dose \"MR-1\" twice",
        ),
        (
            "[milestone]\ndtp_series = \"MR\"\nfully = [\"MR-late or MR-1\"]\ncompletely = [\"OPV-1\"]\n",
            "line 40: \"MR-late or MR-1\": write the dose that is planned first",
        ),
        (
            "[milestone]\ndtp_series = \"MR\"\nfully = [\"MR-1\"]\ncompletely = []\n",
            "line 41: a milestone needs at least one dose",
        ),
    ] {
        let found = Schedule::parse(&format!("{SMALL}{more}")).expect_err(more);
        assert_eq!(found.to_string(), error);
    }
    // A live product that would escape the spacing, though another of its series does not.
    let text = SMALL
        .replace("OPV = [\"OPV\"]", "OPV = [\"OPV\"]\nMX = [\"MR\"]")
        .replace("live_products = [\"MR\"]", "live_products = [\"MX\"]");
    let found = Schedule::parse(&text).expect_err("not live").to_string();
    assert_eq!(
        found,
        "line 14: dose \"MR-1\" is a live injected vaccine, but its product \"MR\" is not in live_products"
    );
    assert!(Schedule::parse(&" ".repeat(MOST_BYTES + 1)).is_err());
    assert_eq!(Schedule::parse("").expect_err("empty").line, 1);
}

#[test]
fn damaged_text_is_refused_not_a_crash() {
    let mut state = 7_u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).expect("small") % limit
    };
    let awkward = include_str!("../awkward.toml");
    let mut refused = 0;
    for round in 0..600 {
        let mut bytes = if round % 2 == 0 { SMALL } else { awkward }.as_bytes().to_vec();
        for _ in 0..=below(3) {
            let at = below(bytes.len());
            match below(4) {
                0 => bytes[at] = b"0919ymwd\"[]{}=-\n"[below(16)],
                1 => drop(bytes.remove(at)),
                2 => bytes.truncate(at + 1),
                _ => drop(bytes.splice(at..at, bytes[..below(at + 1)].to_vec())),
            }
        }
        refused += usize::from(Schedule::parse(&String::from_utf8_lossy(&bytes)).is_err());
    }
    assert!(refused > 300, "{refused}");
}
