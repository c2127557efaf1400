# Every sentence a person can see, in English. The Hindi of each key stands in hi.ftl.
# Keys: area-name, in kebab case. A value in braces comes from the program.

## Dates and ages

month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
date-day = { $day } { $month } { $year }
date-estimated = { $date } (estimated)

age-before-birth = before birth
age-newborn = newborn
age-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
age-weeks = { $n ->
    [one] { $n } week
   *[other] { $n } weeks
}
age-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
age-years = { $n ->
    [one] { $n } year
   *[other] { $n } years
}

## Children

child-baby-of = Baby of { $mother }
sex-female = Girl
sex-male = Boy
sex-other = Other

## Schedules

schedule-seed = List Child Immunization Plan of India
schedule-uip = Universal Immunization Programme (National Immunization Schedule)

## Vaccines: product-<id in lower case>, as a nurse calls it

product-bcg = BCG
product-hepb = Hepatitis B
product-opv = OPV
product-dpt = DPT
product-hib = Hib
product-ipv = IPV
product-fipv = fIPV
product-rv = Rotavirus
product-rvv = Rotavirus
product-pcv = PCV
product-flu = Influenza
product-mr = MR
product-mmr = MMR
product-mmrv = MMRV
product-je = JE
product-vita = Vitamin A
product-hepa = Hepatitis A
product-var = Chickenpox
product-tcv = Typhoid
product-td = Td
product-tdap = Tdap
product-hpv = HPV
product-penta = Pentavalent
product-hexa = Hexavalent

## Doses: the general form, then dose-<id in lower case> where the general form would mislead

dose-numbered = { $product } { $n }
dose-birth = { $product } birth dose
dose-booster = { $product } booster
dose-booster-numbered = { $product } booster { $n }
dose-opv-0 = OPV 0 (birth dose)
dose-td-10 = Td, 10 years
dose-td-16 = Td, 16 years
dose-hpv-14 = HPV, 14 years
dose-tdap = Tdap or Td
# A whole series.
dose-dtp = DPT
dose-hepb0 = Hepatitis B birth dose

## Why a dose does not count, or counts with a remark: reason-<code>

reason-min-age = given before the minimum age
reason-min-interval = given too soon after the dose before it
reason-from-first = given too soon after the first dose
reason-live-spacing = given less than 28 days after another live vaccine
reason-series-complete = the series was complete already
reason-window-closed = given after the age limit
reason-combination = part of a combined vaccine, not needed on that day
reason-duplicate = given twice on one day
reason-after-latest-age = given later than planned; it counts

## Fonts

fonts-missing = The fonts Noto Sans and Noto Sans Devanagari are not installed. Install the package fonts-noto-core, then start the program again.

## Certificate

paper-certificate-title = Immunization certificate
paper-specimen = SPECIMEN
paper-specimen-note = Printed for demonstration only. It is not the record of a real child.
paper-facility-code = Code
paper-facility-phone = Phone
paper-certificate-number = Certificate number
paper-issued-on = Date of issue
paper-schedule = Schedule
paper-child-name = Name of the child
paper-child-id = Child id
paper-dob = Date of birth
paper-age = Age on the date of issue
paper-sex = Sex
paper-guardian = Mother or guardian
paper-village = Village
paper-first-year = Fully immunized at 1 year
paper-second-year = Completely immunized at 2 years
paper-milestone-reached = Yes
paper-milestone-missed = No
paper-milestone-open = Not yet of that age
paper-doses-title = Doses given
paper-no-doses = No dose is recorded.
paper-dose-vaccine = Vaccine and dose
paper-dose-given-on = Given on
paper-dose-age = Age
paper-dose-batch = Batch
paper-dose-place = Place
paper-dose-given-by = Given by
paper-dose-with = as { $product }
paper-dose-remark = Remark: { $reason }
paper-dose-extra = Extra dose: { $reason }
paper-dose-not-counted = NOT COUNTED: { $reason }
paper-dose-no-reason = no reason is recorded
paper-dose-outside = Outside record: copied from another card
paper-dose-doubtful-date = The date is not confirmed: the recording device's clock was wrong
paper-not-counted-legend = A dose marked × does not count for this schedule; the reason stands below it.
paper-next-title = Next doses
paper-no-next = No further dose is due under this schedule.
paper-next-vaccine = Vaccine and dose
paper-next-due = Due on
paper-next-remark = Remark
paper-next-overdue = Overdue: please come soon
paper-signature = Signature
paper-seal = Seal of the facility
paper-issued-by = Issued by
paper-no-qr = A certificate without a QR code cannot be verified by a machine, and this one has none. To check it, give its number to the facility named above.
paper-footer-certificate = Certificate
paper-footer-child = Child
paper-page = Page { $page } of { $pages }
paper-error-font = A font file is damaged. Install the package fonts-noto-core again.
paper-error-no-glyph = The letter { $letter } cannot be printed. Write it in Latin or Devanagari letters, then print again.
paper-error-too-long = A text on this certificate is longer than { $max } letters. Shorten it, then print again.
paper-error-too-many = This certificate has more than { $max } lines. Print it for a shorter time.
paper-error-write = The certificate was not saved. Check that there is free space and that you may write there, then try again.

## The desk: around every screen

shell-program = Tikka station
shell-language-name = English
shell-today = Today
shell-children = Children
shell-register = New child
shell-toys = Toys
shell-staff = Staff
shell-settings = Settings
shell-lock = Lock
shell-who = { $name } · { $role }
shell-demo = DEMO: every child and every name here is invented
shell-loading = Reading the records…
shell-saving = Saving…
shell-back = Back
shell-cancel = Cancel
shell-close = Close
shell-keys-choose = choose
shell-keys-open = open
shell-toys-online = { $n } of { $of } toys online
shell-reader-card = Card on the reader
shell-reader-ready = Reader ready, no card
shell-reader-starting = Looking for a reader
shell-reader-none = No card reader
shell-reader-no-service = The card service is not running
shell-reader-refused = The card service refuses this user
shell-sync-no-district = No district yet: { $n ->
    [one] { $n } record is
   *[other] { $n } records are
} only here
shell-sync-all = { $n ->
    [one] { $n } record is
   *[other] All { $n } records are
} at the district
shell-sync-waiting = { $n } waiting since { $since }, next try in { $seconds } s
shell-sync-sending = Sending { $n } to the district
shell-sync-not-sent = { $n } waiting since { $since }
shell-sync-refused = The district refuses this station: call the district office
shell-sync-wrong-district = A stranger answers at the district's address: call the district office

weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

role-super-admin = Super Admin
role-admin = Admin
role-phc-worker = PHC Worker
role-supervisor = Supervisor
role-tracker = Tracker

## Login and lock

login-say-who = Log in with your own name, so that each record shows who made it.
login-locked-by = Locked by { $name }. Type your password to go on.
login-name = Login
login-password = Password
login-enter = Log in
login-checking = Checking…
login-another = Another person

## First run

first-run-step = Step { $n } of { $of }
first-run-forward = Next
first-run-language-title = Choose a language
first-run-language-about = All screens and papers can be in English or in Hindi; this can be changed at any time.
first-run-language-line = Screens and papers in English
first-run-clinic-title = Name this clinic
first-run-clinic-about = The name stands on every screen and paper; the schedule decides which doses are due.
first-run-clinic-hint = For example the name that stands on the board outside
first-run-schedule = Which schedule does this clinic follow?
first-run-schedule-uip = What the government supplies (UIP)
first-run-schedule-uip-about = The national schedule with the vaccines that every centre receives free of charge.
first-run-schedule-seed = The full list with the academy vaccines
first-run-schedule-seed-about = Also influenza, hepatitis A, chickenpox, typhoid and HPV, as paediatricians advise; some must be bought.
first-run-endemic = Is Japanese encephalitis (JE) common in this area?
first-run-endemic-yes = Yes, the JE vaccine is given here
first-run-endemic-no = No
first-run-choose-schedule = Choose one of the two schedules.
first-run-choose-endemic = Say whether JE is common in this area. The district office knows.
first-run-super-admin-title = The Super Admin
first-run-super-admin-about = This person joins the clinic to the district and makes Admins; day-to-day work needs other people.
first-run-person-name = Full name
first-run-login-hint = Short, in small English letters and digits
first-run-password-hint = At least 8 letters, digits or signs; not the login
first-run-password-again = Password once more
first-run-password-differs = The two passwords are not the same.
first-run-key-title = The recovery key
first-run-key-about = Write this key on paper and lock the paper away, not beside the computer. It opens the records when all passwords are forgotten, and nothing else can.
first-run-key-written = I have written it down
first-run-key-back-title = Type the key from your paper
first-run-key-back-about = This shows that what stands on the paper is right, while it can still be corrected.
first-run-key-field = Recovery key
first-run-key-hint = Small letters and missing hyphens do not matter
first-run-key-not-yet = The key is not complete yet. Look at the groups marked below.
first-run-group-open = Group { $n }
first-run-group-right = Group { $n } is right
first-run-group-wrong = Group { $n }: look again
first-run-admin-title = The first Admin
first-run-admin-about = The Admin registers staff and toys, gives children and tasks to workers, and sees all lists of the clinic.
first-run-worker-title = The first PHC Worker
first-run-worker-about = The PHC Worker registers children and records the doses; more workers can be added later.
first-run-found = Make the clinic
first-run-founding = Making the encrypted records…
first-run-district-title = Join the district
first-run-district-about = The district office gives a one-time link. With it every record is also kept safe at the district.
first-run-link = Link from the district office
first-run-link-hint = It begins with tikka://
first-run-link-missing = Paste the link first, or choose "Later".
first-run-hub-starting = The network is still starting. Try again in a moment.
first-run-enrol = Join
first-run-enrolling = Asking the district…
first-run-later = Later
first-run-done-title = The clinic is ready
first-run-done-about = These people can log in now, each with their own password.
first-run-to-login = Go to the login

## Today

today-title = Today, { $day }
today-weekday = { $weekday } { $day }
today-counts = { $late } late · { $due } due · { $children } children in all
today-new-visit = New visit
today-filter-late = Late { $n }
today-filter-due = Due { $n }
today-column-child = Child
today-column-guardian = Guardian and phone
today-column-give = To give
today-column-when = When
today-days-late = { $n ->
    [one] { $n } day late
   *[other] { $n } days late
}
today-months-late = { $n ->
    [one] { $n } month late
   *[other] { $n } months late
}
today-years-late = { $n ->
    [one] { $n } year late
   *[other] { $n } years late
}
today-due-since = { $n ->
    [one] Due since { $n } day
   *[other] Due since { $n } days
}
today-due-today = Today
today-more-doses = +{ $n } more
today-more = +{ $n } more
today-no-children = No child is on your list yet
today-no-children-next = Register a child, or put a child's card on the reader.
today-nobody = Nobody is waiting
today-nobody-next = No dose is due or late. Use "New visit" for a child who comes all the same.
today-toys-title = Toys
today-no-toys = No toy is registered. Switch a toy on near this computer, then open "Toys".
today-no-toy-of-mine = You have no toy. The Admin gives one to each worker.
today-new-toys = { $n ->
    [one] { $n } new toy nearby
   *[other] { $n } new toys nearby
}
today-open-toys = Register
today-tasks-title = Open tasks: { $n }
today-no-tasks = Nothing is open.
today-task-visit = Home visit
today-task-trace = Find a child who missed doses
today-task-card = Card
today-task-other = Task
today-task-due = { $name } · until { $day }
today-task-done = Done
today-open-child = Open the child
today-conflicts-title = To be settled
today-conflict = Look at this

# Why a dose that somebody reported is not believed: conflict-<kind>
conflict-unknown-child = A dose was reported for a child who is not registered here.
conflict-impossible-date = A dose was reported with a date that does not exist.
conflict-before-birth = A dose was reported with a date before the child's birth.
conflict-future-date = A dose was reported with a date in the future.
conflict-unknown-product = A dose was reported of a vaccine that the schedule does not know.
conflict-toy-clock = A dose was recorded on a toy whose clock was wrong, so its date is in doubt.
conflict-not-her-toy = A dose was reported by a toy in the name of somebody who did not carry it then.
conflict-not-the-districts = The district's log holds something that a district may not write.

## Children

children-title = Children
children-search = Search: name, mother, village, phone or id
children-count = { $n ->
    [one] { $n } child
   *[other] { $n } children
}
children-found = { $n ->
    [one] { $n } child found
   *[other] { $n } children found
}
children-register = Register a child
children-column-age = Age
children-column-worker = Worker
children-column-next = Next dose
children-due-since = Since { $day }
children-nothing-due = Nothing due
children-no-worker = nobody yet
children-none = No child is registered yet
children-none-next = Register the first child with the button above.
children-none-wait = An Admin or a PHC Worker registers children.
children-not-found = No child fits
children-not-found-next = Try fewer letters, the village or the phone number. If the child is new, register it.
child-no-phone = no phone

## Register a child

register-title = Register a child
register-about = A child gets a number and a list of doses. You can go on to give doses at once.
register-name = Name of the child
register-name-hint = May stay empty for a newborn
register-dob-hint = Day, month, year: 21/11/2026
register-dob-check = { $age }, born on { $day }
register-dob-future = This day has not come yet.
register-dob-estimated = The date is estimated
register-sex = Sex
register-sex-missing = Choose the sex.
register-mother-hint = Mother or father is needed
register-phone-hint = Ten digits
register-consent = The family agrees to
register-consent-reminders = reminders by phone
register-consent-tracing = a visit at home when doses are missed
register-worker = Worker
register-worker-line = { $name } ({ $n } children)
register-nobody = Nobody yet: on the clinic's list
register-leave-to-nobody = Leave it on the clinic's list
register-ask-admin = Ask the Admin to register this child: it will be on the clinic's list, and you may still vaccinate it.
register-save = Save
register-enter-hint = Enter goes to the next field

## Visit

visit-facts = { $sex } · born { $born } · { $age } · { $village }
visit-mother = mother { $name }
visit-father = father { $name }
visit-worker = Worker: { $name }
visit-give-title = Give today
visit-late = { $late }: nothing has to be started again
visit-day = Given on
visit-day-today = today
visit-day-unreadable = Type day, month, year
visit-day-no-such = There is no such day
visit-day-before-birth = Before the birth
visit-due = Due
visit-due-on = Planned { $day }
visit-not-before = Not before { $day }
visit-as-product = { $product } · change
visit-same-injection = in the injection of { $dose }
visit-save = { $n ->
    [one] Save { $n } dose
   *[other] Save { $n } doses
}
visit-save-none = Nothing is ticked
visit-next-child = Done, next child
visit-show-all = More vaccines
visit-show-fewer = Only what is due
visit-saved = { $n ->
    [one] { $n } vaccine recorded.
   *[other] { $n } vaccines recorded.
}
visit-all-saved = All is given for today
visit-nothing-due = Nothing is due today
visit-nothing-due-next = "More vaccines" shows the rest, for doses from a paper card too.
visit-worker-records = A PHC Worker records doses.
visit-warning = The schedule warns: { $warning }. The dose is stored only with a reason.
visit-reason = Why is it given all the same?
visit-next-title = Next visit
visit-next-none = No further dose is planned
visit-next-today-title = To give
visit-next-on-title = Come back on { $weekday }
visit-next-for = for { $doses }
visit-has-card = This child has a card
visit-no-card = No card yet
visit-no-card-next = Put a card on the reader to give it to this child.
visit-give-card = Give this card to the child
visit-card-given = The card is this child's now. Next time, just put it on the reader.
visit-certificate = Certificate
visit-certificate-saved = Certificate { $number } is saved: { $path }
visit-history-title = Doses given: { $n }
visit-history-none = No dose is recorded yet.
visit-column-day = Date
visit-column-dose = Dose
visit-column-status = Counts?
visit-column-by = Given by
visit-column-held = Kept
visit-stored-because = Reason: { $reason }
visit-from-toy = with { $toy }
visit-at-district = at the district
visit-only-here = only here
visit-why-title = Why due, why not

status-due = Due
status-overdue = Late
status-upcoming = Later
status-complete = Complete
status-not-applicable = Not needed
status-missed-window = Too old
status-given-valid = Counts
status-given-invalid-too-early = Too early
status-given-duplicate = Given twice
status-given-extra = Extra dose

# Why a dose is due or not: why-<code of the forecast>
why-min-age = old enough from { $on }
why-min-interval = from { $on }, after the gap to the dose of { $since }
why-repeat = the dose of { $since } was too early: again from { $on }
why-from-first = from { $on }, after the gap to the first dose of { $since }
why-live-spacing = from { $on }, 28 days after { $product } of { $since }
why-recommended = planned from { $on }
why-catch-up = a shorter plan, because it was started late
why-late-start = another vaccine, because it was started late
why-window-closed = could be given until { $day } only
why-too-late-by-then = could be given from { $earliest }, but only until { $day }
why-not-endemic = the disease is not common in this area
why-other-sex = for girls only
why-all-given = all doses are given
why-enough-counted = enough doses are given, combined vaccines included
why-until = may be given until { $day }

# What the schedule warns of before a dose is stored: given-<code of the forecast>
given-min-age = the child is too young for this dose
given-min-interval = the gap after the last dose is too short
given-from-first = the gap after the first dose is too short
given-live-spacing = another live vaccine was given less than 28 days ago
given-combination = a part of this combined vaccine is not needed now
given-series-complete = all doses of this vaccine were given already
given-window-closed = the child is too old for this dose

## Toys

toys-title = Toys
toys-none = No toy is registered yet
toys-none-next = Switch a toy on near this computer. It appears below as soon as it is found.
toys-new-title = Found nearby, not registered
toys-new-none = No new toy is found. A toy must be switched on and in the same network.
toys-nobody = nobody yet
toys-model-code = { $model } · { $code }
toys-records = { $n ->
    [one] { $n } dose taken from it
   *[other] { $n } doses taken from it
}
toys-battery = Battery { $percent } %
toys-battery-unknown = Battery unknown
toys-assign = Give to…
toys-register = Register
toys-hub-off = The network part of Tikka has not started. Toys cannot be reached now.
toys-state-new = New
toys-state-pairing = Ready to register
toys-state-connecting = Connecting
toys-state-online = Online
toys-state-offline = Offline since { $time }
toys-state-anothers = Another clinic's
toys-state-failing = Failing
toys-state-not-seen = Not seen yet
toys-register-title = Register a toy
toys-register-about = Have the toy in your hand: its code and its secret stand on the label on its back.
toys-looking = Asking the toy…
toys-code = Code on the label
toys-code-hint = Groups of five letters and digits
toys-code-same = This is the toy in your hand
toys-code-slip = One letter or digit is mistyped. Look again.
toys-code-other = This code belongs to another toy. Choose that one in the list.
toys-secret = Secret on the label
toys-secret-hint = It is under the code
toys-label-hint = The name or number painted on it
toys-hold-button = Hold the pair button of the toy while you press "Register".
toys-register-now = Register
toys-registering = Registering…
toys-registered = { $label } is registered. Now give it to a worker.
toys-assign-title = Give { $label } to
toys-assign-about = A worker has one toy. What was recorded on it before stays with the one who recorded it.
toys-take-back = Nobody: take it back
toys-held-by = { $name } has it now. Given to another worker, it is taken back first.
toys-worker-has = { $name } (has { $toy })
toys-assigned = Saved. The toy learns it at its next contact.

## Staff

staff-title = Staff
staff-children = { $login } · { $n ->
    [one] { $n } child
   *[other] { $n } children
}
staff-active = Active
staff-disabled = Disabled
staff-disable = Disable
staff-disable-sure = { $name } will not be able to log in any more. All records stay. Go on?
staff-disable-now = Yes, disable
staff-disabled-said = Done. This person can no longer log in.
staff-add-title = Add a person
staff-role = Role
staff-add = Add
staff-added = { $name } can log in now.

## Settings

settings-title = Settings
settings-language = Language
settings-clinic = Clinic
settings-schedule = Schedule
settings-je = Japanese encephalitis
settings-je-yes = Common in this area: the JE vaccine is given
settings-je-no = Not common in this area
settings-clock = Clock
settings-clock-says = This computer says: { $date }, { $time }
settings-clock-why = If records are refused because the clock was wrong before, look at a watch. If the time above is right, press the button. It is written down.
settings-clock-right = The clock is right
settings-clock-accepted = Noted: the clock is right. Recording goes on.
settings-district = District
settings-no-district = Not joined yet
settings-ask-super-admin = The Super Admin joins the clinic to the district.
settings-joined = Joined
settings-district-name = District
settings-station-name = This clinic's name there
settings-address = Address
settings-district-code = Code of the district's key
settings-enrolled = The clinic has joined the district. Its records are being sent.

## Cards

live-open-child = Open the child
live-card-of-child = The card of a registered child lies on the reader.
live-card-nobodys = This card is not given to any child. Open the child, then press "Give this card to the child".
live-card-another-clinic = This card was made by another clinic. Search the child by name.
live-card-altered = This card does not carry what was written on it. Do not use it; search the child by name and tell the Admin.
live-card-no-answer = The card does not answer. Take it away and put it on the reader again.
live-card-no-number = This card does not tell its number and cannot be used here.
live-card-random = This is a telephone or a bank card. It cannot be used here.
live-card-locked = The memory of this card is locked. Use another card.

## Fields

field-login = Login
field-name = Name
field-password = Password
field-dob = Date of birth
field-mother = Mother's name
field-father = Father's name
field-phone = Phone
field-village = Village
field-landmark = Landmark
field-label = Name of the toy
field-batch = Batch
field-note = Note
field-reason = Reason
field-date = Date
field-product = Vaccine
field-card-uid = Number of the card
field-clinic-name = Name of the clinic

## What a rule refuses: refusal-<code>, and refusal-<code>-<field> where the field has words of its own

refusal-not-allowed = Your role may not do this.
refusal-not-active = Your login is no longer active. Ask the Admin.
refusal-missing = This is needed: { $field }
refusal-missing-mother = The name of the mother or of the father is needed.
refusal-too-long = { $field }: this is too long.
refusal-characters = { $field }: some letters or signs are not allowed here.
refusal-characters-login = Only small English letters, digits, dot, hyphen and underscore.
refusal-form = { $field }: this is not written as needed.
refusal-form-login = The login needs 3 to 32 letters or digits.
refusal-form-dob = Write day, month and year, for example 21/11/2026.
refusal-form-date = Write day, month and year, for example 21/11/2026.
refusal-form-phone = An Indian number has ten digits and begins with 6, 7, 8 or 9.
refusal-form-card-uid = The card did not tell a number that can be used.
refusal-future = { $field }: this day has not come yet.
refusal-future-dob = This date of birth has not come yet.
refusal-future-date = This day has not come yet.
refusal-before-birth = This day is before the birth of the child.
refusal-too-old = The child is { $years } years old or older. This list is for children and adolescents.
refusal-weak-password = Too easy to guess. Take at least 8 letters, digits or signs, without the login and without common words.
refusal-login-taken = Somebody has this login already. Choose another.
refusal-last-of-role = This is the last one with the role { $role }. Make another first.
refusal-unknown-user = This person is not known here, or disabled.
refusal-not-a-worker = Only a PHC Worker can be chosen here.
refusal-unknown-child = This child is not registered here.
refusal-child-taken = The number is taken. Press "Save" once more.
refusal-worker-full = This worker has { $max } children already, the most that are allowed.
refusal-unknown-toy = This toy is not registered here.
refusal-toy-taken = This toy is registered already.
refusal-worker-has-toy = This worker has a toy already. Take that one back first.
refusal-toy-has-worker = Another worker has this toy. Take it back first.
refusal-unknown-card = This card is not registered here.
refusal-card-taken = This card is registered already.
refusal-card-has-child = This card belongs to another child.
refusal-child-has-card = This child has a card already.
refusal-card-stopped = This card was reported lost or is blocked. It opens nothing; search the child by name.
refusal-unknown-task = This task is closed already.
refusal-unknown-product = The schedule of this clinic does not know this vaccine.
refusal-dose-known = This dose is recorded for that day already.
refusal-needs-reason = The schedule warns: { $warning }. Write a reason.
refusal-toy-record = The toy sent a record that cannot be taken.
refusal-district-known = The clinic belongs to a district already.
refusal-clock-back = The clock of this computer is behind the last record. Set the clock right and try again. If it is right now, an Admin says so under Settings.

## What went wrong, and what to do

trouble-crashed = The program made a mistake and did not finish this. Nothing was changed; try again.
trouble-store = This was not saved, and nothing was changed. Check that the disk has free space, then try again.
trouble-files = The files of the clinic cannot be read or written. Check the disk and its free space, then try again.
trouble-no-clinic = There is no clinic in this folder.
trouble-founded = There is a clinic in this folder already. Close the program and start it again.
trouble-records-gone = The keys of a clinic are in this folder, but its records are not. Nothing was changed. Put the file ledger.db back, or ask the district.
trouble-in-use = Another window of Tikka has this clinic open. Close that one first.
trouble-wrong-key = The key does not fit the records. Call the person who looks after this computer.
trouble-newer = The records were written by a newer version of Tikka. Install that version.
trouble-no-random = The computer gives no random numbers, so no key can be made. Restart it and try again.
trouble-login-wrong = The login or the password is wrong.
trouble-login-locked = Too many wrong passwords. Try again after { $time }, or ask the Admin.
trouble-hub-start = The network part could not start: toys, cards and the district are out of reach. Records can still be written. Restart the program.
trouble-link-form = This is not a link from the district office, or a part of it is missing. Copy it whole.
trouble-demo-alone = A demo clinic cannot join a real district.
trouble-district-unreachable = The district does not answer. Check the internet connection, then try again.
trouble-district-wrong = Somebody else answers at this address. Do not go on; call the district office.
trouble-district-secret = The link was used already, or it is wrong. Ask the district office for a new one.
trouble-district-refuses = The district refuses this station. Call the district office.
trouble-toy-unreachable = The toy does not answer. Is it switched on and in the same network?
trouble-toy-wrong-key = Another device answers in place of this toy. Choose the toy again.
trouble-toy-anothers = This toy belongs to another clinic. That clinic must give it back first.
trouble-toy-not-pairing = Hold the pair button of the toy, and press "Register" while you hold it.
trouble-toy-wrong-secret = The secret is wrong. Compare it with the label.
trouble-toy-too-many-tries = Too many wrong secrets. Let the pair button go, hold it again and try once more.
trouble-toy-version = The software of this toy does not fit this version of Tikka.
trouble-toy-not-understood = The toy answers what cannot be understood. Switch it off and on again.
trouble-toy-slow = The toy took too long to answer. Try again.
trouble-card-service = The card service is not running. Restart the computer.
trouble-card-reader-gone = The card reader is unplugged. Plug it in again.
trouble-card-reader = The card reader does not work. Unplug it and plug it in again.
trouble-card-pulled = The card was taken away too early. Put it on the reader and try again.
trouble-card-another = Another card lies on the reader now. Put the first one back.
trouble-card-foreign = This card holds something of somebody else and is never written. Use another card.
trouble-card-issued = This card was written by a clinic already. Use another card.
trouble-card-unreadable = The card cannot be read. Use another card.
trouble-card-not-written = The card could not be written. Try again, or use another card.
trouble-card-busy = Another program holds the card. Wait a moment and try again.
