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

schedule-seed = National schedule with the IAP (academy) vaccines
schedule-uip = National Immunization Schedule (UIP)

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

dose-numbered = { $product }{ "\u00A0" }{ $n }
dose-birth = { $product } birth dose
dose-booster = { $product } booster
dose-booster-numbered = { $product } booster{ "\u00A0" }{ $n }
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
paper-child-id = Number of the child
paper-dob = Date of birth
paper-age = Age on the date of issue
paper-sex = Sex
paper-guardian = Mother or guardian
paper-village = Village
paper-first-year = Fully immunized at 1 year
paper-second-year = Completely immunized at 2 years
paper-milestone-reached = Yes, on { $day }
paper-milestone-missed = No
paper-milestone-open = Not yet of that age
paper-doses-title = Doses given
paper-no-doses = No dose is recorded.
paper-dose-vaccine = Vaccine and dose
paper-dose-given-on = Given on
paper-dose-age = Age
paper-dose-batch = Batch
paper-dose-place = Place
paper-dose-given-by = Written by
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
paper-next-overdue = Late, and can still be given: please come soon
paper-signature = Signature
paper-seal = Seal of the facility
paper-issued-by = Issued by
paper-no-qr = A certificate without a QR code cannot be verified by a machine, and this one has none. To check it, give its number to the facility named above.
paper-qr = The code holds these doses, signed by the facility (SMART Health Card). Whoever has the facility’s key checks it without internet. A certificate without a code cannot be verified by a machine. Key: { $key }
paper-qr-of = Code { $n } of { $of }
paper-qr-brief = { $n ->
    [one] Batch and place of the oldest dose stand on the paper alone.
   *[other] Batch and place of the { $n } oldest doses stand on the paper alone.
}
paper-footer-certificate = Certificate
paper-footer-child = Child
paper-page = Page { $page } of { $pages }
paper-printed-on = Printed on
paper-number = No.
paper-period = Period
paper-worker = Worker
paper-all = all
paper-lines = { $n ->
    [one] { $n } line
   *[other] { $n } lines
}
paper-nothing = There is nothing to list.
paper-sign-worker = Worker
paper-sign-officer = Medical officer
paper-month-title = Monthly immunization report (HMIS)
paper-item = Item
paper-count = Count
paper-by-vaccine = Doses given here, by vaccine
paper-vaccine = Vaccine
paper-coverage-title = Coverage report
paper-figures-title = Figures for a spreadsheet (CSV)
paper-coverage-turned = Registered children who became one year old in this time
paper-coverage-denominator = Each share is of the children registered here, not of the births that are estimated for the area.
paper-certificates-title = Certificates issued
paper-issue = Issue
paper-searched = Searched for
paper-defaulters-title = Children with missed doses
paper-due-title = Children with doses due
paper-no-village = No village written down
paper-family = Family
paper-missed = Missed doses
paper-days-late = Days late
paper-outcome = What came of the home visit
paper-no-consent = No home visit: the family did not agree
paper-session-title = Session tally sheet
paper-session-day = Day
paper-session-kind = Kind
paper-session-site = Place
paper-villages = Villages
paper-session-doses = Doses and vials
paper-expected = Expected
paper-given = Given
paper-vials-opened = Vials opened
paper-vials-returned = Vials returned
paper-doses-wasted = Doses wasted
paper-session-children = Children expected
paper-due-doses = Doses due
paper-devices-title = Device report
paper-device = Toy
paper-besides = Besides doses
paper-besides-told = measurings { $measured }, home visits { $visits }, new children { $children }
paper-doubted = In doubt
paper-last-record = Last record { $day }
paper-days-heard = Days heard
paper-lowest-battery = Lowest battery
paper-restarts = Restarts
paper-faults = Faults
paper-lost = Out of contact
paper-toys = { $n ->
    [one] One toy.
   *[other] { $n } toys.
}
paper-devices-by-worker = By worker
paper-devices-count = Toys
paper-devices-about = Doses, measurings and home visits count by their day, a new child by the day on which it was told. What is doubted waits under “To be settled”, or was set aside. Days heard, battery, restarts, faults and times out of contact are of the time in which the worker had the toy.
paper-device-figures-title = Device report for a spreadsheet (CSV)
paper-child-title = Child immunization report
paper-plan = The plan, dose by dose
paper-state = How it stands
paper-state-day = Day
paper-state-given = Given
paper-state-due = Due
paper-state-late = Late
paper-state-upcoming = To come
paper-state-later = After the dose before it
paper-state-missed = The last day has passed
paper-state-contra-indicated = Must not be given
paper-state-not-needed = Not needed
paper-growth = Growth
paper-measured-on = Measured on
paper-weight = Weight, kg
paper-length = Length or height, cm
paper-muac = Upper arm, cm
paper-head = Head, cm
paper-diet-title = Diet plan
paper-slip-title = Next visit
paper-slip-come = Please come on
paper-slip-bring = Bring this slip and the child’s card.
paper-schedule-title = Vaccination card
paper-schedule-bring = Bring this card to each visit. What has no mark is still to be given.
paper-error-font = A font file is damaged. Install the package fonts-noto-core again.
paper-error-no-glyph = The letter { $letter } cannot be printed. Write it in Latin or Devanagari letters, then print again.
paper-error-too-long = A text on this paper is longer than { $max } letters. Shorten it, then print again.
paper-error-too-many = This paper has more than { $max } lines or pages. Print it for a shorter time.
paper-error-code = What is to stand in the QR code is too long. Shorten the name of the child, then print again.
paper-error-write = The paper was not saved. Check that there is free space and that you may write there, then try again.
paper-error-stopped = It was stopped, and no paper was made.
paper-error-no-print-command = No printer is set up on this computer. Save the paper and print it elsewhere, and ask whoever looks after the computer to set up printing.
paper-error-printer-refused = The printer { $printer } did not take the paper. See whether it is switched on and has paper, choose another one, or save the paper.
paper-error-print-silent = The print service of this computer does not answer. Save the paper, and print it when the service runs again.

## A paper is made

papers-title = Print or save
papers-title-of = Print or save: { $name }
papers-open = Print or save
papers-language = Language
papers-english = English
papers-hindi = Hindi
papers-both = Both
papers-printer = Printer
papers-printers-asked = Looking for printers
papers-no-printer = No printer is set up on this computer. Save the paper and print it elsewhere.
papers-to = Save as
papers-to-hint = A name alone is kept in the clinic’s folder. Or choose a stick
plugged-none = No stick is plugged in.
plugged-no-file = No such file is on a stick.
plugged-look = Look again
papers-print = Print
papers-save = Save
papers-look = Save and open
papers-making = The paper is being made
papers-making-lines = Making the paper: { $done } of { $of } lines are read.
papers-making-page = Making the paper: page { $page }.
papers-stop = Stop: nothing is saved or printed
papers-printed = The paper is on its way to the printer { $printer }.
papers-saved = The paper is saved: { $path }

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
shell-log-out = Log out
shell-who = { $name } · { $role }
shell-demo = DEMO: every child and every name here is invented
shell-loading = Reading the records…
long-begins = Beginning…
long-stop = Stop
long-stopping = Stopping…
shell-saving = Saving…
shell-back = Back
shell-cancel = Cancel
shell-close = Close
shell-keys-alt = + number opens a page, also while you type
shell-stray-digit = A number alone does nothing on a page with fields. Alt and { $n } together open the page.
shell-cut-off = A child you began to register is not saved. It waits under New child.
shell-cut-off-visit = Something you typed for a child is not saved. It still stands on the page of the child.
shell-cut-off-edit = Something you changed in a child's record is not saved. It still stands in the form.
shell-leave-title = Something here is not saved
shell-leave-about = When you leave this page, what was typed or ticked here is lost.
shell-leave-stay = Stay here
shell-leave-go = Leave without saving
shell-leave-paper = A paper is still being made
shell-leave-paper-about = When you leave this page, it is neither printed nor saved.
shell-leave-paper-go = Leave without the paper
shell-escape-loses = This is not saved. Esc once more leaves it.
shell-replace-loses = What was typed here is not saved. Once more opens the other, and it is lost.
close-title = Something is not saved
close-about = When the program is closed, what was typed or ticked is lost.
close-about-left = Not saved by: { $names }. It is lost when the program is closed. Whoever left it finds it again after logging in.
close-stay-open = Keep the program open
close-stay = Go back to it
close-go = Close without saving
close-about-paper = When the program is closed, it is neither printed nor saved. What else is typed is lost, too.
close-paper-go = Close without the paper
shell-keys-choose = choose
shell-keys-open = open
shell-toys-online = { $n } of { $of } toys online
shell-reader-card = Card on the reader
shell-hub-back = Toys, cards and the district can be reached again.
shell-reader-ready = Reader ready, no card
shell-reader-starting = Looking for a reader
shell-reader-none = No card reader
shell-reader-no-service = Card reader: restart the PC
shell-reader-refused = Card reader: call for help
shell-sync-no-district = No district yet: { $n ->
    [one] { $n } record is
   *[other] { $n } records are
} only here
shell-sync-all = { $n ->
    [one] { $n } record is
   *[other] All { $n } records are
} at the district
shell-sync-waiting = { $n ->
    [one] { $n } record waits since { $since }
   *[other] { $n } records wait since { $since }
}, next try in { $seconds } s
shell-sync-sending = Sending { $n } of { $of } records to the district
shell-sync-arriving = Receiving from the district: { $n } to come
shell-sync-spent = { $n ->
    [one] { $n } record waits
   *[other] { $n } records wait
} until midnight: the line's limit for today is used up
shell-sync-not-sent = { $n ->
    [one] { $n } record waits for the district since { $since }
   *[other] { $n } records wait for the district since { $since }
}
shell-sync-refused = The district takes no records from here: call the district office
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
role-about-super-admin = Keeps the people, the toys and the backups; sees no child
role-about-admin = Sees all children and all settings, gives out toys and tasks
role-about-phc-worker = Has own children: gives doses, visits families, carries a toy
role-about-supervisor = Sees figures and sessions, no child's name
role-about-tracker = Sees only the families to be found, and where they live

## Login and lock

login-say-who = Use your own login, so that each record shows who made it.
login-locked-by = Locked by { $name }. Type your password to go on.
login-name = Login
login-password = Password
login-enter = Log in
login-checking = Checking…
login-another = Somebody else logs in

## First run

first-run-step = Step { $n } of { $of }
first-run-forward = Next
first-run-language-title = Choose a language
first-run-language-about = All screens and papers can be in English or in Hindi; this can be changed at any time.
first-run-language-line = Screens and papers in English
first-run-restore = Restore a clinic from a backup
first-run-clinic-title = The clinic and its schedule
first-run-clinic-about = The name is shown on every screen and paper. The schedule decides which doses are due.
first-run-clinic-hint = For example, the name on the board outside
first-run-schedule = Which schedule does this clinic follow?
first-run-schedule-uip = National Immunization Schedule (UIP)
first-run-schedule-uip-about = The vaccines that the government sends to every centre free of charge.
first-run-schedule-seed = National schedule with the IAP (academy) vaccines
first-run-schedule-seed-about = Also influenza, hepatitis A, chickenpox, typhoid and HPV, as paediatricians advise; some must be bought.
first-run-endemic = Is Japanese encephalitis (JE) common in this area?
first-run-endemic-yes = Yes, the JE vaccine is given here
first-run-endemic-no = No
first-run-choose-schedule = Choose one of the two schedules.
first-run-choose-endemic = Say whether JE is common in this area. The district office knows.
first-run-super-admin-title = The Super Admin
first-run-super-admin-about = This person joins the clinic to the district and adds Admins. For daily work you add other people in the next steps.
first-run-person-name = Full name
first-run-login-hint = Short, in small English letters and digits
first-run-password-hint = At least 8 letters, digits or signs; not the login
first-run-password-again = Password once more
first-run-password-differs = The two passwords are not the same.
first-run-key-title = The recovery key
first-run-key-about = Write this key on paper and lock the paper away, not near the computer. If all passwords are forgotten, only this key opens the records.
first-run-key-written = I have written it down
first-run-key-back-title = Type the key from your paper
first-run-key-back-about = This checks that you copied the key correctly, while you can still correct the paper.
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
first-run-found = Set up the clinic
first-run-founding = Preparing the encrypted records…
first-run-district-title = Join the district
first-run-district-about = The district office gives a link that works once. After joining, a copy of every record is also kept at the district.
first-run-link = Link from the district office
first-run-link-hint = It begins with tikka://
first-run-link-missing = Paste the link first, or choose "Later".
first-run-hub-starting = The network is still starting. Try again in a moment.
first-run-enrol = Join
first-run-enrolling = Asking the district…
first-run-later = Later
first-run-done-title = The clinic is ready
first-run-done-about = These people can log in now, each with their own password.
first-run-to-login = Log in now
restore-title = Restore a clinic from a backup
restore-about = All records of the old computer come back here, from its backup file and the recovery key on the paper. Do not use the old computer after this.
restore-file = Backup file
restore-file-hint = Choose it here below, or type its whole name
restore-login = Login of an Admin or Super Admin
restore-login-hint = This person logs in with the new password below. The others get new passwords from an Admin.
restore-password = New password
restore-begin = Restore
restore-checking = Checking the backup: { $n } of { $of } records
restore-copying = Copying: { $n } of { $of } MB
restore-building = Making the lists: { $n } of { $of } records
restore-no-file = Type where the backup file is.
restore-no-key = This is not a whole recovery key. Look at the paper again, group by group.
restore-stopped = Stopped. Nothing was changed here; you can begin again.
restore-wrong-key = This recovery key does not open this backup. Either a sign is mistyped, or the paper belongs to another clinic.
restore-not-an-admin = In this backup nobody with this login is an Admin or a Super Admin who may work.
restore-not-a-backup = This file is not a backup, or it was cut off when it was copied. Take another one.
restore-damaged = This backup is damaged: it is not what was written. Take another one.
restore-unreadable = This file cannot be read. Is the stick in, and is the name right?
restore-full = There is no room left on this computer. Make some, then begin again.
restore-done-title = The clinic is restored
restore-done-about = Everything that stood in the backup is here.
restore-done-events = { $n } records, as they were on { $date } at { $time }
restore-done-login = { $login } can log in with the new password. { $n ->
        [0] Nobody else has to do anything.
        [one] One other person gets a new password from an Admin.
       *[other] { $n } other people get new passwords from an Admin.
    }
restore-done-other = Do not use the computer that this clinic was on before any more.
restore-done-later = What was recorded after the backup comes back from the district, as far as it had arrived there.
restore-done-rekey = If the records were put under a new key after this backup, because somebody may have copied the old one, that must be done again now.

## Today

today-title = Today, { $day }
today-weekday = { $weekday } { $day }
today-counts = { $late } late · { $due } due · { $children ->
    [one] { $children } child
   *[other] { $children } children
} registered
today-order = Late first: youngest, most missed, longest late
today-new-visit = New visit
today-filter-late = Late { $n }
today-filter-due = Due { $n }
today-filter-more = { $n } more villages…
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
    [one] Due since yesterday
   *[other] Due { $n } days ago
}
today-due-today = Today
today-more-doses = +{ $n } more
today-more = +{ $n } more
today-no-children = No child is on your list yet
today-no-children-next = Register a child, or put a child's card on the reader.
today-nobody = Nobody is waiting
today-nobody-next = No dose is due or late. Use "New visit" for a child who comes all the same.
today-toys-title = Toys
today-side = Toys and tasks
today-list = Back to the list
today-toy-alerts = Needs attention: { $n }
today-look-at-toys = Look at the toys
today-no-toys = No toy is registered. Switch a toy on near this computer, then open "Toys".
today-no-toy-of-mine = You have no toy. The Admin gives one to each worker.
today-children-waiting = { $n ->
    [one] { $n } child registered on a toy waits for an Admin
   *[other] { $n } children registered on toys wait for an Admin
}
today-new-toys = { $n ->
    [one] { $n } new toy nearby
   *[other] { $n } new toys nearby
}
today-open-toys = Register
today-tasks-title = Open tasks: { $n }
today-no-tasks = Nothing is open.
today-task-visit = Home visit
today-task-trace = Find a child who missed doses
today-task-card = Give a card
today-task-other = Something else
today-task-due = { $name } · until { $day }
today-task-done = Done
today-open-child = Open the child
today-conflicts-title = To be settled
today-conflict = Look at this
today-settle = Answer these

# Why a dose that somebody reported is not believed: conflict-<kind>
conflict-unknown-child = A dose was reported for a child who is not registered here.
conflict-impossible-date = A dose was reported with a date that does not exist.
conflict-before-birth = A dose was reported with a date before the child's birth.
conflict-after-death = A dose is reported for a day after the child's death.
conflict-future-date = A dose was reported with a date in the future.
conflict-unknown-product = A dose was reported of a vaccine that the schedule does not know.
conflict-toy-clock = A dose was recorded on a toy whose clock was wrong, so its date is in doubt.
conflict-not-her-toy = A dose was reported by a toy in the name of somebody who did not carry it then.
conflict-not-the-districts = The district's log holds something that a district may not write.
conflict-log-reopened = The district held other records of this clinic than this computer: an old copy was put back, or a second computer works with a copy. Nothing is lost: the records of both are here now.
conflict-withdrawn-dose = A dose was reported that somebody had withdrawn here.
conflict-merged-elsewhere = Another clinic, where this child was before, joined its record with another one. Here nothing was changed. Look whether the two are one child.
conflict-edited-elsewhere = Another clinic, where this child was before, changed what is written of it, and did not know what was written here. Here nothing was changed; its history shows both.
conflict-of-another-child = With a child who was at another clinic came something about another child, or about a card, of this clinic. Here nothing was changed.
conflict-toy-measured = A toy reported a measuring of a child, and its date, its clock or the one who carried it does not fit.
conflict-toy-measured-impossible = A toy reported a measuring that cannot be true of this child.
conflict-toy-sighted = A toy reported a visit at a child's home, and its date, its clock or the one who carried it does not fit.
conflict-toy-child = A toy registered a child, and its clock, the day or the one who carried it does not fit.
conflict-toy-child-alike = A toy registered a child who looks like one that is registered here. The child waits, with all that was told of it.
conflict-toy-child-full = A toy registered a child for a worker who has no room. The child waits, with all that was told of it.
conflict-toy-child-impossible = A toy registered a child, and what it says of it cannot be true.
conflict-two-cards = Two records became one child, and each had a card.
conflict-login-twice = Two people were registered with one login, here and before the restore. The first one keeps it; the other cannot log in.
conflict-last-of-role = The district disabled the last Admin or Super Admin who can log in here. The person can still log in.
conflict-task-for-nobody = The district gave a task to somebody who is no active PHC Worker here, or about a child who is not known here.
conflict-unknown-settings = The district sent settings that this program does not know. The old ones stay.

# What is proposed for it: proposed-<kind>
proposed-unknown-child = Register the child first if it belongs here, and record the dose. Then set this aside.
proposed-impossible-date = It cannot be true. Ask the worker for the day, record the dose, then set this aside.
proposed-before-birth = It cannot be true. Compare the birth date with the card; record the dose again if the day was a slip. Then set this aside.
proposed-after-death = A dose cannot be given then. Set it aside, and look whether it belongs to another child, or whether the day of death is wrong.
proposed-future-date = It cannot be true. Ask the worker for the day, record the dose, then set this aside.
proposed-unknown-product = Ask the worker which vaccine it was, record the dose, then set this aside.
proposed-toy-clock = Ask the worker or look at the card: if the day is right, say that it is true.
proposed-not-her-toy = Ask both workers. If nobody can say who gave it, set it aside.
proposed-withdrawn-dose = Somebody withdrew this dose with a reason. Set it aside, unless it was given after all.
proposed-merged-elsewhere = Look at both records. If they are one child, join them here. Then set this aside.
proposed-edited-elsewhere = Ask the family which is right, change what is written of the child if need be, then set this aside.
proposed-of-another-child = Look whether the two are one child, and join them here if so. If nobody knows of it, tell the district. Then set this aside.
proposed-toy-measured = Ask the worker: if the child and the day are right, say that it is true.
proposed-toy-measured-impossible = Measure the child again, then set this aside.
proposed-toy-sighted = Ask the worker: if the child and the day are right, say that it is true.
proposed-toy-child = Ask the worker: if the child and the day are right, say that it is true. Then the child is registered.
proposed-toy-child-alike = Open the child. If it is the other one, join the two there. If not, say that it is true: then it is registered, and both stand under Probable duplicates. Set it aside only when there is no such child.
proposed-toy-child-full = Say that it is true: then the child is registered, and on the clinic's list as long as the worker has no room.
proposed-toy-child-impossible = Ask the worker and register the child here. Then set this aside.
proposed-two-cards = Ask which card the family uses, block the other one, then set this aside.
proposed-login-twice = Register the person who cannot log in again, with a new login, and give them their children. Then set this aside.
proposed-last-of-role = Ask the district to send another person with this role first, then to disable this one again. Then set this aside.
proposed-task-for-nobody = Tell the district who works here now, then set this aside.
proposed-unknown-settings = Tell the district office, and update this program. Then set this aside.
proposed-not-the-districts = Tell the district office, then set this aside.
proposed-log-reopened = Make sure that no second computer works with a copy of this clinic, then say that this is true.

## Facts to be settled

conflicts-title = To be settled
conflicts-open = Waiting: { $n }
conflicts-settled = Answered
conflicts-none = Nothing here
conflicts-none-next = Nothing waits for an answer.
conflicts-none-settled = Nothing was answered yet.
conflicts-child = { $child }, born { $born }, { $village }
conflicts-unknown-child = A child with the number { $id }, not registered here
conflicts-dose = { $product }, given { $day }
conflicts-no-day = on a day that does not exist
conflicts-batch = Batch { $batch }
conflicts-by = Recorded by { $name }
conflicts-by-toy = Recorded by { $name } on { $toy }
conflicts-toy = Recorded on { $toy }
conflicts-came = Received on { $day } at { $time }.
conflicts-settle = Answer
conflicts-accept = It is true: count it
conflicts-set-aside = Set aside: do not count it
conflicts-about = If it is true, it counts from now on. Set aside, it is kept and counts for nothing. The answer cannot be changed.
conflicts-about-set-aside = Set aside, it is kept and counts for nothing. The answer cannot be changed.
# A user of whom a conflict tells
conflicts-user = { $name }, login { $login }
conflicts-said = Done. The answer is written down with your name.
conflicts-was-accepted = True
conflicts-was-set-aside = Set aside
conflicts-answer = { $name }, { $day }: { $reason }

## Children

children-title = Children
children-search = Search: name, mother, village, phone, number or card
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
children-due-since = Due since { $day }
children-late-since = Late since { $day }
children-nothing-due = Nothing due
children-no-worker = nobody yet
children-worker-left = nobody ({ $name } left)
children-none = No child is registered yet
children-none-next = Register the first child with the button above.
children-none-wait = An Admin or a PHC Worker registers children.
children-elsewhere = No child of this clinic has this number
children-elsewhere-next = Check the number on the paper or the card. If the child belongs to another clinic of the district, ask for the record. It comes here when the district agrees.
ask-district = Ask the district for the record
ask-district-done = The district is asked at the next contact. The record comes by itself once it says yes.
ask-district-comes = The record comes by itself once the district says yes. Without a connection the district is asked at the next contact.
ask-district-card = Card { $card }
ask-district-waits = Record of { $who }: asked for on { $day }. No answer from the district yet.
ask-district-take-back = Cancel the request
ask-district-withheld = { $who }: asked on { $day }. The district says no: { $reason }
ask-district-more = The district was asked for { $n } more.
children-not-found = No child fits
children-not-found-next = Try fewer letters, the village or the phone number. If the child is new, register it.
child-no-phone = no phone

## Register a child

register-title = Register a child
register-about = The child gets a number and a list of doses. After saving you can give doses at once.
register-name = Name of the child
register-name-hint = May stay empty for a newborn
register-dob-hint = Day, month, year: 21/11/2026
register-dob-check = { $age }, born on { $day }
register-dob-future = This day has not come yet.
register-dob-estimated = The date is estimated
child-form-needed = must be filled in
villages-offered = Known (↓):
register-sex = Sex
register-sex-missing = Choose the sex. With Ctrl: G girl, B boy, O other.
register-mother-hint = Fill in the mother's or the father's name
register-phone-hint = Ten digits
register-consent = The family agrees to
register-consent-reminders = reminders by phone
register-consent-tracing = a visit at home when doses are missed
register-worker = Worker
register-worker-line = { $name } ({ $n ->
    [one] { $n } child
   *[other] { $n } children
})
register-nobody = Nobody yet: on the clinic's list
register-leave-to-nobody = Leave it on the clinic's list
register-ask-admin = Ask the Admin to register this child: it will be on the clinic's list, and you may still vaccinate it.
register-from-before = This stands here from before: it was typed and not saved.
register-empty = Empty the form
register-save = Save
register-saved = Registered. The number is { $id }.
register-enter-hint = Enter goes to the next field

## Visit

visit-facts = { $sex } · born { $born } · { $age } · { $village }
visit-mother = mother { $name }
visit-father = father { $name }
visit-worker = Worker: { $name }
visit-doses-title = Vaccines today
visit-give-title = Give today
visit-task-done = The child came: close the task
visit-task-closed = The task is closed.
visit-whence = Some doses were due before today. Are they given here now, or do they stand on a paper card?
visit-whence-here = Given here today
visit-whence-paper = From a paper card
visit-late = { $late }: no need to start again from the first dose
visit-day = Given on
visit-day-today = today
visit-day-unreadable = Type day, month, year
visit-day-no-such = There is no such day
visit-day-before-birth = Before the birth
visit-due = Due
visit-due-on = Planned { $day }
visit-not-before = Not before { $day }
visit-batch-or = or batch
visit-measured-doubted = Measured on { $day }: nearly impossible, check this
visit-as-product = Another vaccine than { $product }…
visit-product-keys = Arrows choose, Enter takes
visit-same-injection = in the injection of { $dose }
visit-save = { $n ->
    [one] Save { $n } dose
   *[other] Save { $n } doses
}
visit-no-batch = Write the batch, or press Enter again to save without it.
visit-save-none = Nothing is ticked
visit-next-child = Done, next child
visit-show-all = More vaccines
visit-show-fewer = Only what is due
visit-some-stored = { $n } of { $of } are stored, the others are not: look at what is left.
visit-some-not-saved = Some of these were not saved: they still stand here. Check that the disk has free space, then save again.
visit-saved = { $n ->
    [one] { $n } vaccine recorded.
   *[other] { $n } vaccines recorded.
}
visit-saved-some = Saved: { $n }. Not saved yet: { $doses }. Write why it is given although the schedule warns.
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

# What speaks against a day on which a family would come: not-then-<code>
not-then-sunday = { $day } is a Sunday: the clinic is closed.
not-then-given-up = The session of { $day } is cancelled.
not-then-no-session = No session is planned for { $day }.
coming-no-other = Every later day is too late: agree on a day with the family now.
coming-place = { $kind }: { $site }
call-nobody-then = Nothing is written down yet: Alt D takes the day below.
call-comes-then = { $day } instead

visit-has-card = This child has a card
visit-no-card = No card yet
visit-no-card-next = Put a card on the reader to give it to this child.
visit-give-card = Give this card to the child
visit-give-card-to = { $child }, { $age }
visit-give-card-about = The card stays this child's: it cannot be given to another child later.
visit-give-card-yes = Yes, give the card
visit-card-given = The card is this child's now. Next time, just put it on the reader.
visit-card-tells = On the card, signed by { $station }, and not in this record:
visit-card-tells-here = On the card, signed by this clinic, and not in this record:
visit-card-take = These doses were given: put them into the record
visit-card-doses-taken = { $n ->
    [one] 1 dose of the card is in the record now.
   *[other] { $n } doses of the card are in the record now.
}
visit-card-proof = Card, signed by { $station }
visit-card-proof-here = Card, signed by this clinic
visit-certificate = Certificate
certify-title = Issue { $name }'s certificate?
certify-open = Not yet given: { $doses }
certify-about = The certificate gets its own number and stays in the records. Once issued, it cannot be taken back.
certify-before = This child has certificate { $number } of { $day }.
certify-numbers = The family wants its RCH, U-WIN and ABHA numbers on it
certify-issue = Issue the certificate
visit-history-title = Doses given: { $n }
visit-history-none = No dose is recorded yet.
visit-column-day = Date
visit-column-dose = Dose
visit-column-status = Counts?
visit-column-by = Written by
visit-column-held = Kept
visit-stored-because = Reason: { $reason }
visit-from-toy = with { $toy }
visit-at-district = at the district
visit-only-here = only here
visit-sent = on its way
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
why-live-spacing = from { $on }, { $n ->
    [one] { $n } day
   *[other] { $n } days
} after { $product } of { $since }
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
toys-again = It does not know this computer. Hold its pair button and register it again.
toys-new-none = No new toy is found. A toy must be switched on, and in the Wi-Fi of the clinic.
toys-nobody = nobody yet
toys-model-code = { $model } · { $code }
toys-records = { $n ->
    [0] No dose yet
    [one] { $n } dose recorded
   *[other] { $n } doses recorded
}
toys-battery = Battery { $percent } %
toys-battery-unknown = Battery unknown
toys-assign = Give to…
toys-register = Register
toys-hub-off = This computer cannot reach toys just now. It tries again by itself.
toys-state-new = New
toys-state-pairing = Ready to register
toys-state-connecting = Connecting
toys-state-online = Online
toys-state-offline = Offline since { $time }
toys-state-asleep = Asleep until { $time }
toys-state-anothers = Another computer's
toys-state-failing = Failing
toys-state-not-seen = No contact now
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
toys-held-by = { $name } has it now. If you give it to somebody else, it is first taken back.
toys-nobody-free = There is no other worker without a toy.
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
staff-waiting = Sent by the district
staff-disable = Disable
staff-disable-sure = { $name } will not be able to log in any more. All records stay. Go on?
staff-disable-now = Yes, disable
staff-disable-work = { $n ->
    [one] { $n } child
   *[other] { $n } children
} and { $tasks ->
    [one] { $tasks } open task
   *[other] { $tasks } open tasks
} stay behind: hand them to somebody else right after this.
staff-left-behind = Nobody looks after { $n ->
    [one] { $n } child
   *[other] { $n } children
}, open tasks: { $tasks }
staff-disabled-said = Done. This person can no longer log in.
staff-add-title = Add a person
staff-role = Role
staff-add = Add
staff-added = { $name } can log in now.
staff-enable = Let in again
staff-reset = New password
staff-reset-about = { $name } can log in with the new password only. A key file of this person opens nothing any more.
staff-reset-now = Give this password
staff-enable-about = { $name } can log in again, with a new password.
staff-enable-now = Let in again
staff-admit = Code and password
staff-admit-about = The district has sent { $name }. The person types the one-time code from the district and chooses a password. Nobody else should see either.
staff-admit-now = Choose this password
staff-code-hint = Four groups of five, as the district office gave them
staff-given = New password, typed by that person
staff-given-again = Once more
staff-given-said = { $name } can log in with the new password.
staff-hand-over = Hand over
staff-hand-over-to = { $name } has left { $n ->
    [one] { $n } child
   *[other] { $n } children
} and { $tasks ->
    [one] { $tasks } open task
   *[other] { $tasks } open tasks
}. Who takes them? The clinic's list takes children alone.
staff-worker-room = { $name } · { $n } of { $of }
staff-hand-to-list = The clinic's list
staff-handed = Done. Children handed over: { $moved }; tasks: { $tasks }.
staff-handed-some = Children handed over: { $moved }; tasks: { $tasks }. { $left ->
    [0] { "" }
    [one] No room for { $left } child: choose somebody else for it.
   *[other] No room for { $left } children: choose somebody else for them.
} { $tasksLeft ->
    [0] { "" }
   *[other] Tasks that cannot be given on: { $tasksLeft }. Close them under Tasks.
}

## Settings

settings-title = Settings
settings-language = Language
settings-scale = Size of letters
settings-scale-keys = Ctrl + and Ctrl - change it everywhere
settings-contrast = Contrast
settings-contrast-usual = Usual
settings-contrast-high = High
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
settings-line = Line to the district
settings-line-cost = How much may go over the line in a day
settings-line-free = No limit
settings-line-limit = { $mb } MB a day
settings-line-used = Used today: { $kb } kB
settings-line-manner = How it sends
settings-line-bad = Fast, also over a bad line
settings-line-shared = Gently, where others use the line too
settings-line-about = The line is used only when there is something to send, and once an hour to ask. When the limit is used up, records wait here until midnight.
settings-line-save = Save the line
settings-line-saved = Saved. The line is used so from now on.
settings-toys = Toys
settings-toys-language = They speak to their workers in
settings-toys-report = They report their state and place at least every
settings-toys-seconds = { $n } seconds
settings-toys-minutes = { $n } minutes
settings-toys-roster = Without contact, their list of children is erased after
settings-toys-days = { $n } days
settings-toys-about = Each toy takes this at its next contact and confirms it: Toys, More. What was recorded on a toy stays on it in any case.
settings-toys-save = Save for all toys
settings-toys-saved = Saved. The toys take it at their next contact.
settings-je-tick = Japanese encephalitis is common in this area: give the JE vaccine
settings-defaulter-days = A child counts as late this many days after the due date
settings-auto-lock = Lock the screen after this many minutes without use
settings-fully = A child counts as fully immunized at 1 year with
fully-set-basic = BCG, 3 pentavalent, 3 polio, measles
fully-set-extended = all vaccines of the plan up to 1 year
settings-region = Food of the region, for the diet plan
settings-region-none = Not chosen
settings-change-hint = Change something above: you see what it does to the lists before it is saved.
settings-show-effect = Show what changes
settings-counting = Counting…
settings-undo = Drop the changes
settings-effect = Of { $children ->
    [one] { $children } child
   *[other] { $children } children
}: due { $due } → { $dueAfter }, late { $late } → { $lateAfter }. Nothing is saved yet.
settings-effect-vaccines = { $n ->
    [one] Vaccines that change, for { $n } child:
   *[other] Vaccines that change, for { $n } children:
}
settings-effect-no-vaccine = No vaccine and no date of a child changes.
settings-effect-added = new for { $n }
settings-effect-removed = no longer planned for { $n }
settings-effect-moved = another dose or date for { $n }
settings-save = Save these settings
settings-saved = Saved. Every child's next dates are worked out again.
settings-ask-admin = An Admin can change these.
settings-password = Your password
settings-password-old = Present password
settings-password-new = New password
settings-password-change = Change the password
settings-password-changed = Your password is changed. A key file of yours opens nothing any more: make a new one.
settings-audit = Who saw what
settings-audit-about = Who looked at whose record, who logged in, which logins were locked, which key files were made.
settings-audit-open = Show
settings-import-about = Children and doses from the file of a register or of another program. First you see what each line would do; nothing is stored until you say so.
settings-import-open = Bring files
settings-backup = Backup
settings-backup-about = One file with all records, on a USB stick. Only the recovery key on the paper opens it: keep the stick and the paper in different places. You can go on working while it is made.
settings-backup-to = Folder of the stick
settings-backup-to-hint = Choose a stick here below; the file gets a name with the date
settings-backup-make = Make a backup
settings-backup-copying = Copying: { $n } of { $of } MB
settings-backup-checking = Reading it back: { $n } of { $of } records
settings-backup-made = { $n ->
    [one] The backup is written and was read back: 1 record. { $path }
   *[other] The backup is written and was read back: { $n } records. { $path }
}
settings-outbox = Messages to families
settings-outbox-about = Who was reminded of what, what became of each message, and what it cost.
settings-outbox-open = Show the messages
settings-outbox-set = Set up

## How families are reminded

reminders-title = How families are reminded
reminders-about = Families who agreed get one message: three days before a dose is due, on the day, and when it is seven days late.
reminders-when = When
reminders-on = Families are reminded each day
reminders-run-at = Each day at
reminders-quiet-from = No messages after
reminders-quiet-until = No messages before
reminders-language = Language for families who did not choose one
reminders-sms = SMS
reminders-sms-none = No SMS
reminders-sms-gateway = By a gateway on the internet
reminders-sms-modem = By a modem at this computer
reminders-gateway-about = The sender, the entity and each text must be registered with the operators (DLT). The company of the gateway says how it wants to be given a message.
reminders-sender = Registered sender
reminders-key = Key of the gateway
reminders-secret-kept = One is kept at this computer. Type only to change it.
reminders-secret-none = It is kept on this computer only, and never shown.
reminders-body = It takes
reminders-body-json = JSON
reminders-body-form = a web form
reminders-fields = What it is given
reminders-headers = Headers, for the key
reminders-name = Name
reminders-value = Value
reminders-fields-about = In braces stands what is filled in: to, text, unicode (1 for Hindi, else 0), sender, entity, template, reference, key. Sender, entity and template must be among them: operators drop a message without them.
reminders-answer = What it answers (JSON, or plain text)
reminders-answer-about = A place is written with slashes, as /status or /data/0/id; in plain text it stays empty, and the answer must begin so. What stays empty is not looked at.
reminders-taken-status = Its HTTP status for yes (the company tells it; may stay empty)
reminders-taken = It took the message when
reminders-not-taken = It took nothing, and is given it again, when (any other answer is "not sure if it arrived")
reminders-at = at this place
reminders-says = stands this
reminders-id-at = Its number of the message, at
reminders-once = Given one reference twice, it sends once: it may be tried again when its answer was lost
reminders-status-url = Address that tells what became of a message (may stay empty)
reminders-delivered = It arrived when
reminders-failed = It did not arrive when
reminders-answers-url = Address that lists what families wrote back (may stay empty)
reminders-answers-at = The list, at
reminders-from-at = The number, at
reminders-text-at = The text, at
reminders-port = Port of the modem, as /dev/ttyUSB0
reminders-modem-about = A USB modem with a SIM card: it needs no internet. Ask the operator whether its texts must be registered too, and how many a day are allowed.
reminders-pin = PIN of the SIM card
reminders-whatsapp = WhatsApp
reminders-whatsapp-on = Messages by WhatsApp
reminders-whatsapp-about = Needs an account of the WhatsApp Business Cloud API and texts that Meta approved. Whether a message arrived is not told here.
reminders-whatsapp-url = Address of the API
reminders-token = Token of the API
reminders-template-name = Name of the template
reminders-texts = The texts
reminders-texts-about = The word date in braces becomes the day, as 15-12-2026; day, month and year become its numbers, where operators let only numbers through; children becomes how many they are. A language without a text gets that of the clinic. Each text names the facility, and how to get no more: "write STOP", where answers come in here, else "tell us at the centre".
reminders-text = { $stage }, { $language }
reminders-parts = { $n ->
    [one] 1 SMS
   *[other] { $n } SMS
}
reminders-save = Save
reminders-saved = Saved. From now on families are reminded like this.
reminders-partly = Part of it is saved: what is still asked to be saved here is not.

## Messages to families

outbox-title = Messages to families
outbox-all = All
outbox-trouble = Not sent, or not sure
outbox-none = No messages
outbox-none-next = Each day families who agreed to it are told what is due. An Admin sets up how.
outbox-cost = This month: about ₹{ $rupees }
outbox-what = { $stage }: { $day }
outbox-closed = { $way } is not set up on this computer, so its messages wait. An Admin completes it under Settings, Set up.
way-trouble-unreachable = { $way } ({ $at }): it cannot be reached. Look whether this computer has the internet; it is tried again by itself.
way-trouble-untrusted = { $way } ({ $at }): the other side cannot prove who it is, so nothing was sent to it. Look whether the date of this computer is right; else ask the company.
way-trouble-address = { $way } ({ $at }): nothing takes messages at the address that is set. An Admin compares it with what the company says, under Settings, Set up.
way-trouble-key = { $way } ({ $at }): it does not let this clinic in. An Admin types the key or token again under Settings, Set up; else ask the company.
way-trouble-unpaid = { $way } ({ $at }): the account has to be paid. When it is, what waits goes out.
way-trouble-busy = { $way } ({ $at }): it is busy or out of order. It is tried again by itself; if this stays for a day, ask the company.
way-trouble-says-no = { $way } ({ $at }): it answers that it did not take the message. Ask the company why: the account, the sender and each text must be registered and open.
way-trouble-refuses = { $way } ({ $at }): it does not take a message as it is. Compare sender, text and template id under Settings, Set up, with what is registered.
way-trouble-no-answer = { $way } ({ $at }): it gave no answer that can be read. What it had been given is “not sure if it arrived”: an Admin decides whether it is sent again.
way-trouble-answers = { $way } ({ $at }): what families wrote back cannot be read. A STOP may be there, so nothing goes out. An Admin looks at the address of the answers under Settings, Set up.
way-trouble-port = { $way } ({ $at }): no modem is there. Put it in again, or choose its port under Settings, Set up.
way-trouble-silent = { $way } ({ $at }): the modem does not answer. Pull it out, and put it in again after ten seconds.
way-trouble-no-sim = { $way } ({ $at }): no SIM card is found, or it is locked for good. Put the card in, or ask the phone company.
way-trouble-pin = { $way } ({ $at }): the SIM card wants its PIN, or another one. A wrong one is not tried again, because the third wrong one locks the card. An Admin types it under Settings, Set up.
way-trouble-no-network = { $way } ({ $at }): the modem has no network. Put it where a phone has one; it is tried again by itself.
way-trouble-network = { $way } ({ $at }): the network did not take the message. Look whether the SIM card is paid; it is tried again by itself.
outbox-newer = Newer ones
outbox-older = Older ones
outbox-again = Send again
outbox-give-up = Do not send
stage-ahead = Coming
stage-today = Today
stage-late = Late
message-queued = Waiting
message-sending = Being sent
message-sent = Sent
message-delivered = Arrived
message-failed = Not sent
message-unknown = Not sure if it arrived
channel-sms = SMS
channel-whatsapp = WhatsApp
channel-modem = SMS by modem
not-sent-refused = The SMS service refused this message. An Admin checks its text under Settings, Set up.
not-sent-tries = The sending service took it at no time of the day.
not-sent-too-late = Its day went by.
not-sent-not-wanted = The family has no phone any more, does not agree, came already, or wrote STOP.
not-sent-not-delivered = The network could not deliver it.
not-sent-no-way = It can be sent in no way that is set up now.

## Who saw what

audit-title = Who saw what
audit-today = Today
audit-week = 7 days
audit-all = All days
audit-everything = Everything
audit-everybody = Everybody
audit-nobody = nobody
audit-more = Older ones
audit-cut = The latest { $n } lines are shown, and there are older ones: choose a shorter time, one kind, or a person.
audit-none = Nothing here
audit-none-next = Choose other days or another thing above.
seen-saw-record = Saw a child's record
seen-logged-in = Logged in
seen-login-locked = Wrong passwords: login locked
seen-key-file = Made a key file
seen-backup = Made a backup
seen-restore = Restored a backup
seen-rebuild = Built the records again
seen-import = Imported children
seen-export = Took records out as a file
seen-list = Printed a list by a command
seen-find-list = Saw the list of children to find
seen-takeover = Took over from the computer before, with the recovery key
seen-rekey = Gave the records a new key, with the recovery key
seen-recovery-failed = Tried the recovery key: a wrong key, or a refusal
seen-card-copied = A copy of a card was on the reader
seen-card-altered = An altered card was on the reader
seen-unknown = Something a newer program wrote

## Cards

live-open-child = Open the child
live-card-of-child = The card of a registered child lies on the reader.
live-card-nobodys = This card is not given to any child. Open the child, then press "Give this card to the child".
live-card-another-clinic = This card was written last by a clinic that is not known here. Search the child by name.
live-card-neighbour = This card is from another clinic of the district. Search the child by name; the district can move the record here.
live-card-neighbour-doses = { $n ->
    [0] This card is from { $station } and tells of no dose. Find the child by name or register it, then press "Give this card to the child".
    [one] This card is from { $station } and tells of 1 dose. Find the child by name or register it, then press "Give this card to the child": you are shown the dose.
   *[other] This card is from { $station } and tells of { $n } doses. Find the child by name or register it, then press "Give this card to the child": you are shown the doses.
}
live-card-more = { $n ->
    [one] 1 older dose is not on this card. Look at the paper card before you give a dose.
   *[other] { $n } older doses are not on this card. Look at the paper card before you give a dose.
}
live-card-distrusted = This card was written last by a computer that the district trusts no more. It opens nothing; search the child by name and give it a new card.
live-card-copied = This card is a copy, or an older state of another card. Do not use it; search the child by name. The Admin reads of it under Cards.
live-card-renewed = Saved, and written on the card. It can be taken away.
live-card-altered = This card does not carry what was written on it. Do not use it; search the child by name. The Admin reads of it under Cards.
live-card-no-answer = The card does not answer. Take it away and put it on the reader again.
live-card-no-number = This card does not tell its number and cannot be used here. Take another card.
live-card-random = This is a telephone or a bank card. It cannot be used here. Take another card.
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
field-abha = ABHA number
field-rch = RCH number
field-uwin = U-WIN number
field-birth-order = Order among twins
field-place = Place
field-proof = Seen on
field-weight = Weight
field-length = Length or height
field-muac = Arm (MUAC)
field-head = Head
field-vials = Vials
field-doses-per-vial = Doses in a vial
field-manufacturer = Manufacturer
field-expiry = Expiry date
field-site = Site
field-onset = First symptom
field-description = What happened
field-hospital = Hospital
field-past-reactions = Earlier reactions
field-case-id = Case number of the district
field-told-by = Told by
field-until = Until
field-defaulter-days = Days until a child is late
field-auto-lock = Minutes until the screen locks
field-line-daily = Megabytes a day
field-toy-report = Seconds between two messages of a toy
field-toy-roster = Days until a toy forgets its children
field-facility-code = Number of the facility (HFR)
field-facility-phone = Phone of the facility
field-region = Region
field-code = One-time code
field-contact-days = Days without the district
field-hours = Time of day
field-gateway = Gateway
field-gateway-address = Address of the gateway
field-gateway-fields = What the gateway is given
field-gateway-answer = What the gateway answers
field-sender = Sender
field-entity = Entity (PE) number
field-number-id = Number of the clinic's phone at WhatsApp
field-template = Text of the message
field-template-id = Template number
field-price = Price of one message, in paise

## What a rule refuses: refusal-<code>, and refusal-<code>-<field> where the field has words of its own

refusal-not-allowed = Your role may not do this.
refusal-not-allowed-to = Your role may not do this. It can be done by: { $roles }.
refusal-first-is-super-admin = The first person is a Super Admin, who makes the others.
refusal-office-role = The district's own people are Super Admins and Admins. Choose one of these roles.
refusal-not-active = Your login is no longer active. Ask the Admin.
refusal-logged-out = Your password was changed after you logged in. Lock the desk and log in again.
refusal-wrong-password = The old password is not right. Type it again.
refusal-missing = This is needed: { $field }
refusal-missing-mother = The name of the mother or of the father is needed.
refusal-too-long = { $field }: this is too long.
refusal-characters = { $field }: some letters or signs are not allowed here.
refusal-only-signs = { $field }: a name needs a letter or a digit.
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
refusal-weak-password-short = Too easy to guess: it is too short. Take at least 8 letters, digits or signs.
refusal-weak-password-few-signs = Too easy to guess: the same few letters again and again. Take at least 5 different ones.
refusal-weak-password-has-login = Too easy to guess: the login is in it. Take one without the login.
refusal-weak-password-common = Too easy to guess: it is one of the passwords that everybody tries first. Take some words that do not belong together.
refusal-weak-password-as-before = This is the password of before. Take another one.
refusal-login-taken = Somebody has this login already. Choose another.
refusal-last-of-role = This is the last one with the role { $role }. Make another first.
refusal-unknown-user = This person is not known here, or disabled.
refusal-not-a-worker = Only a PHC Worker can be chosen here.
refusal-unknown-child = This child is not registered here.
refusal-child-taken = The number is taken. Press "Save" once more.
refusal-worker-full = This worker has { $max } children already, the most that are allowed. An Admin can choose another worker, or keep the child on the clinic's list.
refusal-unknown-toy = This toy is not registered here.
refusal-toy-taken = This toy is registered already.
refusal-worker-has-toy = This worker has a toy already. Take that one back first.
refusal-toy-has-worker = Another worker has this toy. Take it back first.
refusal-unknown-card = This card is not registered here.
refusal-card-taken = This card is registered already.
refusal-card-has-child = This card belongs to another child. Take another card.
refusal-child-has-card = This child has a card already. If the old one is lost, say so under Cards first.
refusal-card-stopped = This card was reported lost or is blocked. It opens nothing; search the child by name.
refusal-unknown-task = This task is closed already.
refusal-unknown-product = The schedule of this clinic does not know this vaccine.
refusal-dose-known = This dose is recorded for that day already. If it was another day, change the date; if not, leave it out.
refusal-dose-withdrawn = This dose was corrected or taken out of the record earlier. A file does not put it back.
refusal-needs-reason = The schedule warns: { $warning }. Write a reason.
refusal-toy-record = The toy sent a record that cannot be taken. Tell the Admin.
refusal-district-known = The clinic belongs to a district already.
refusal-no-district = The clinic belongs to no district yet: there is nobody to ask. Join one under Settings.
refusal-asked-already = The district was asked for this child already. Its answer comes by itself.
refusal-too-many-asked = The district has not answered for 100 children. Wait for its answers first.
refusal-not-asked-for = The clinic did not ask for this child.
refusal-two-ways = A gateway for SMS and a modem are both set up: families would get each message twice. Switch one of them off.
refusal-opt-out-known = This is already so for this phone number. Nothing to do.
refusal-unknown-message = This message is not in the outbox any more.
refusal-message-over = What became of the message is known by now: nothing is left to decide.
refusal-form-hours = Write the time as hours and minutes, for example 09:00.
refusal-range-hours = The reminders must be made outside of the quiet hours, and these must not be longer than half of a day.
refusal-missing-gateway = Choose at least one way to send: a gateway, WhatsApp or a modem.
refusal-form-gateway-address = An address begins with https:// and holds no spaces.
refusal-missing-gateway-fields = The gateway must be given the number, the text, and for the operators sender, entity and template; and the reference, if it takes each reference only once.
refusal-form-gateway-fields = In braces only these words may stand: to, text, unicode, sender, entity, template, reference, key.
refusal-form-gateway-answer = A place in an answer begins with a slash, as in /status.
refusal-form-sender = A registered sender has six letters or digits.
refusal-form-entity = The entity number has digits only.
refusal-form-number-id = This number has digits only.
refusal-missing-template = Each message needs its text in the clinic's language: coming, today and missed.
refusal-form-template = In braces only the words date, day, month, year and children may stand.
refusal-taken-template = One message has two texts in one language.
refusal-form-template-id = Each registered text needs its template number or name: letters, digits and underscores.
refusal-clock-back = The clock of this computer is behind the last record. Set the clock right and try again. If it is right now, an Admin says so under Settings.
refusal-range = { $field }: this number cannot be right. Look at it again.
refusal-range-place = This place is not in India. Look at the numbers again.
refusal-range-expiry = This expiry date cannot be right: it is over already, or too far ahead.
refusal-taken = { $field }: another child here has this number. Search for it.
refusal-form-code = The code has four groups of five letters and digits. One of them is wrong: compare it with what the district gave.
refusal-form-abha = An ABHA number has 14 digits. One of them is wrong: compare it with the card.
refusal-form-until = This day does not fit. Look at the dates again.
refusal-range-until = This day is too far ahead. Look at it again.
refusal-range-date = This date is too far away. Look at it again.
refusal-no-such-day = This day is not in the calendar: there is no such day.
refusal-form-onset = The first symptom cannot come before the vaccine.
refusal-missing-product = Choose at least one dose.
refusal-missing-date = The day of death is needed.
refusal-has-parts = Other records were joined to this one. Take them apart first, or join the other way round.
refusal-duplicates = A child who looks the same is registered already. Look at the list first.
refusal-child-waits = This child was registered on a toy and waits under "To be settled": first an Admin says that it is true.
refusal-child-gone = This child is not looked after here any more. An Admin can bring the record back.
refusal-child-active = This child is on the list already.
refusal-child-merged = This record is part of another one. Open that one.
refusal-not-merged = This record stands by itself.
refusal-same-child = Choose another record to join.
refusal-user-active = This person can log in already.
refusal-toy-stopped = This toy is lost, blocked or out of use. An Admin can take it back into use.
refusal-toy-not-stopped = This toy is in use.
refusal-toy-locked = This toy is locked or to be wiped. Unlock it first.
refusal-toy-ordered = The toy was told so already, or there is nothing to unlock.
refusal-unknown-alert = This alert is not there any more.
refusal-unknown-fence = This area is not there any more.
refusal-fences-full = There are { $max } areas already. Remove one first.
refusal-card-not-stopped = This card is not blocked.
refusal-card-older = This card was written more often already. Put it on the reader again.
refusal-unknown-dose = This dose is not in the record, or was taken out already.
refusal-unknown-series = The schedule of this clinic does not know this vaccine.
refusal-not-declined = Nothing is noted against this vaccine.
refusal-unknown-session = This session is not known here.
refusal-session-taken = This session is written down already.
refusal-session-day = The session was on another day than the dose.
refusal-session-over = This session was held already, or given up.
refusal-session-ahead = This session has not come yet.
refusal-unknown-batch = This batch is not in the stock. Write it in first.
refusal-batch-differs = This batch is in the stock with another maker, expiry or vial size. Compare with the vial.
refusal-batch-expired = This batch is past its expiry date. Do not use it. If it was given, write the reason.
refusal-no-vials = There are not so many vials in the stock. Count them and write it under Lost or counted.
refusal-unknown-vial = This vial is closed already.
refusal-unknown-aefi = This report is not known here.
refusal-unknown-growth = This measurement is not in the record, or was taken out already.
refusal-unknown-call = This call is not in the record, or somebody else wrote it down.
refusal-not-measured = Write at least one measurement.
refusal-unknown-conflict = This question is settled already.
refusal-cannot-accept = This cannot be true as it stands. It can only be set aside; write the dose down anew if it was given.
refusal-unknown-schedule = This schedule is not known to the program.
refusal-no-consent = The family did not agree to visits at home. Call them instead.
refusal-child-elsewhere = The district has moved this child to another clinic. Ask the district to move the child back.
refusal-needs-code = The district has sent this person. They choose a password with the one-time code from the district.
refusal-not-waiting = This person does not wait for a password here.
refusal-wrong-code = This code is not right. Ask the district office for a new one if it does not work.
refusal-code-locked = Too many wrong codes. Try again at { $time }.
refusal-out-of-contact = This computer has not reached the district for more than { $max } days. Doses can be recorded and backups made. Bring it to the internet; this works again when the district has answered.

## What went wrong, and what to do

trouble-crashed = The program made a mistake and did not finish this. See on the page what is recorded, then try again.
trouble-store = This was not finished. See on the page what is recorded, check the free space on the disk, then try again.
trouble-login-store = The records could not be opened. Check the free space on the disk, then try again. If it stays so, call whoever looks after the computer.
trouble-files = The files of the clinic cannot be read or written. Check the disk and its free space, then try again.
trouble-backup-stopped = The backup was stopped. No file is left of it.
trouble-backup-exists = There is a file of this name already, and nothing is overwritten. Choose another name.
trouble-backup-busy = Another backup is being written to this file. Wait until it is done.
trouble-backup-full = There is no room on the stick or the disk. No file is left of the backup. Use another stick.
trouble-backup-place = The backup cannot be written there. Is the stick in, and is the name of the folder right? No file is left.
trouble-backup-differs = The copy is not what the records are, so it was not kept. Use another stick; if it happens again, call the person who looks after this computer.
trouble-backup-no-recovery = The clinic's keys have no recovery key, so a backup could never be opened. Call the person who looks after this computer.
trouble-no-clinic = There is no clinic in this folder.
trouble-founded = There is a clinic in this folder already. Close the program and start it again.
trouble-records-gone = Show this to the person who looks after this computer. The keys of a clinic are in this folder, but its records are not. Nothing was changed. Put the file ledger.db back, or ask the district.
trouble-in-the-way = Show this to the person who looks after this computer. In the clinic's folder lies a file or a link where Tikka keeps a folder of its own: rekeying, rekeyed, founding, restoring or taking-over. Nothing was changed. Move it away and start again.
trouble-in-use = Another window of Tikka has this clinic open. Close that one first.
trouble-wrong-key = The key does not fit the records. Call the person who looks after this computer.
trouble-newer = The records were written by a newer version of Tikka. Install that version.
trouble-no-random = The computer gives no random numbers, so no key can be made. Restart it and try again.
trouble-login-wrong = The login or the password is wrong. Look at Caps Lock and at the language of the keyboard. If it is forgotten, ask the Admin.
trouble-login-locked = Too many wrong passwords. Try again after { $time }, or ask the Admin.
trouble-hub-start = The network part could not start: toys, cards and the district are out of reach. Records can still be written. It is tried again each minute.
trouble-link-form = This is not a link from the district office, or a part of it is missing. Copy it whole.
trouble-demo-alone = A demo clinic cannot join a real district.
trouble-district-unreachable = The district does not answer. Check the internet connection, then try again.
trouble-district-wrong = Somebody else answers at this address. Do not go on; call the district office.
trouble-district-secret = The link was used already, or it is wrong. Ask the district office for a new one.
trouble-district-refuses = The district does not take this clinic's records. Call the district office.
trouble-toy-unreachable = The toy does not answer. Is it switched on and in the same network?
trouble-toy-wrong-key = Another device answers in place of this toy. Choose the toy again.
trouble-toy-anothers = This toy belongs to another clinic, or to the computer that this one replaced. Hold its pair button and try again.
trouble-toy-not-pairing = Hold the pair button of the toy, and press "Register" while you hold it.
trouble-toy-wrong-secret = The secret is wrong. Compare it with the label.
trouble-toy-too-many-tries = Too many wrong secrets. Let the pair button go, hold it again and try once more.
trouble-toy-version = The software of this toy does not fit this version of Tikka.
trouble-toy-not-understood = The toy answers what cannot be understood. Switch it off and on again.
trouble-toy-slow = The toy took too long to answer. Try again.
trouble-card-service = The card program is not running. Restart the computer.
trouble-card-reader-gone = The card reader is unplugged. Plug it in again.
trouble-card-reader = The card reader does not work. Unplug it and plug it in again.
trouble-card-pulled = The card was taken away too early. Put it on the reader and try again.
trouble-card-another = Another card lies on the reader now. Put the first one back.
trouble-card-tells-more = The card tells of doses that are not in this record. Look at them first, then it is written.
trouble-card-not-understood = The card tells something that cannot be read here yet, so it is left as it is. The record itself is saved.
trouble-card-foreign = This card holds something of somebody else and is never written. Use another card.
trouble-card-issued = This card was written by a clinic already. Use another card.
trouble-card-unreadable = The card cannot be read. Use another card.
trouble-card-not-written = The card could not be written. Try again, or use another card.
trouble-card-busy = Another program holds the card. Wait a moment and try again.

## Diet: the keys that assets/diet/plan.toml names

diet-unsourced = not yet checked: ask the medical officer
diet-heading-sources = Sources
diet-heading-referral = Refer this child
diet-heading-advice = What to do now
diet-heading-milk = Milk
diet-heading-meals = Meals
diet-heading-energy = Energy in a day
diet-heading-groups = Every day, some of each
diet-heading-foods = Good foods for this age
diet-heading-regional = Foods of the region that the family eats
diet-heading-anganwadi = From the anganwadi
diet-heading-supplements = Iron and vitamin A
diet-heading-deworming = Deworming
diet-heading-rules = Feeding well
diet-heading-choking = May choke on these: do not give
diet-choice-veg = Vegetarian
diet-choice-egg = Vegetarian with egg
diet-choice-nonveg = Egg, fish and meat
diet-region-north = North
diet-region-south = South
diet-region-east = East
diet-region-west = West
diet-region-northeast = Northeast
diet-band-0-6m = Birth to 6 months
diet-band-6-8m = 6 to 8 months
diet-band-9-11m = 9 to 11 months
diet-band-12-23m = 1 to 2 years
diet-band-2-3y = 2 to 3 years
diet-band-4-6y = 4 to 6 years
diet-band-7-12y = 7 to 12 years
diet-milk-only = Breast milk only, day and night, at least { $n } times in 24 hours.
diet-milk-often = Breastfeed often, whenever the baby wants.
diet-milk-go-on = Go on breastfeeding.
diet-milk-without-breast-young = Not breastfed under 6 months: the medical officer decides on the milk. Give it with cup and spoon.
diet-milk-without-breast = Not breastfed: milk or curd every day. Give milk with cup and spoon.
diet-milk-may-go-on = Breastfeeding may go on; otherwise milk or curd every day.
diet-milk-daily = Milk or curd every day.
diet-meals-2-3 = 2 to 3 meals a day
diet-meals-3-4 = 3 to 4 meals a day
diet-meals-4-5 = 4 to 5 meals a day, because the child is not breastfed
diet-meals-3 = 3 meals a day
diet-snacks-1-2-hungry = 1 to 2 snacks between, if the baby is hungry
diet-snacks-1-2 = 1 to 2 snacks between
diet-snacks-2 = 2 snacks between
diet-texture-thick = Thick porridge, food mashed well
diet-texture-chopped = Finely chopped or mashed, and pieces the baby can pick up
diet-texture-family-chopped = Family food, chopped if needed; nothing to choke on
diet-texture-family = Family food
diet-amount-start = Begin with 2 to 3 tablespoons a meal, grow to half of a 250 ml cup
diet-amount-half-cup = Half of a 250 ml cup a meal
diet-amount-three-quarters = Three quarters to one 250 ml cup a meal
diet-amount-half-plate = About half of what an adult eats
diet-energy = About { $n } kcal a day in all
diet-energy-food = Of this about { $n } kcal from food, the rest from breast milk
diet-energy-without-breast = About { $n } kcal a day from food and other milk
diet-energy-boys = Boys: about { $n } kcal a day
diet-energy-girls = Girls: about { $n } kcal a day
diet-group-cereal = Cereal: rice, wheat
diet-group-cereal-millet = Cereal or millet
diet-group-pulse = Pulses (dal)
diet-group-vegetable-mashed = Vegetables, mashed
diet-group-vegetable = Vegetables
diet-group-green-leaf = Green leafy vegetables
diet-group-other-vegetable = Other vegetables
diet-group-fruit-mashed = Fruit, mashed
diet-group-fruit = Fruit
diet-group-milk-product = Milk, curd or paneer
diet-group-egg = Egg
diet-group-egg-flesh = Egg, fish or meat
diet-group-fat-teaspoon = Oil or ghee, 1 teaspoon
diet-group-fat = Oil or ghee
diet-food-khichdi-mashed = Mashed khichdi with oil or ghee
diet-food-suji-kheer = Suji kheer
diet-food-banana-mashed = Mashed banana
diet-food-dal-rice-mashed = Dal with mashed rice
diet-food-potato-pumpkin = Mashed potato or pumpkin
diet-food-egg-yolk = Egg yolk, mashed well
diet-food-fish-mashed = Mashed fish without bones
diet-food-roti-in-dal = Roti or rice mashed in thick dal, with ghee
diet-food-dalia-milk = Dalia with milk
diet-food-sevai-halwa = Sevai or halwa
diet-food-curd-rice = Curd rice
diet-food-fruit-soft = Soft pieces of fruit
diet-food-egg-mashed = Boiled egg, mashed
diet-food-fish-soft = Soft fish without bones
diet-food-chicken-khichdi = Minced chicken in khichdi
diet-food-roti-dal-vegetable = Roti, dal and vegetables
diet-food-khichdi-curd = Khichdi with curd
diet-food-idli-sambar = Idli with sambar
diet-food-poha-peanut = Poha with ground peanuts
diet-food-fruit-season = Fruit of the season
diet-food-egg-daily = An egg daily, or as often as possible
diet-food-fish-curry = Fish curry without bones
diet-food-minced-meat = Minced meat
diet-food-wheat-roti = Wheat roti
diet-food-dalia = Dalia
diet-food-bajra = Bajra
diet-food-arhar = Arhar dal
diet-food-chana = Chana, cooked soft
diet-food-rajma = Rajma, cooked soft
diet-food-palak = Palak
diet-food-carrot = Carrot, cooked soft
diet-food-curd = Curd
diet-food-egg = Egg
diet-food-chicken = Chicken
diet-food-rice = Rice
diet-food-idli = Idli
diet-food-ragi = Ragi porridge
diet-food-dosa = Dosa
diet-food-sambar = Sambar dal
diet-food-moong = Moong dal
diet-food-drumstick-leaf = Drumstick leaves
diet-food-coconut = Coconut, grated
diet-food-fish = Fish without bones
diet-food-chuda = Chuda (flattened rice), soaked
diet-food-muri = Muri (puffed rice)
diet-food-masoor = Masoor dal
diet-food-pumpkin = Pumpkin
diet-food-leafy-saag = Leafy saag
diet-food-banana = Banana
diet-food-small-fish = Small fish, bones removed or ground
diet-food-jowar-bajra = Jowar or bajra roti
diet-food-poha = Poha
diet-food-tur = Tur dal
diet-food-methi = Methi leaves
diet-food-groundnut = Groundnut, ground
diet-food-buttermilk = Buttermilk
diet-food-fish-coast = Fish, on the coast
diet-food-sticky-rice = Sticky rice
diet-food-soybean = Soybean
diet-food-local-greens = Local greens
diet-food-pork-chicken = Pork or chicken, minced
diet-anganwadi-take-home = Take-home ration: { $n } kcal and 12 to 15 g protein a day
diet-anganwadi-meal = Morning snack and hot cooked meal: { $n } kcal and 12 to 15 g protein a day
diet-anganwadi-malnourished = Ration for malnourished children: { $n } kcal and 20 to 25 g protein a day
diet-rule-first-hour = Put the baby to the breast within an hour of birth, and give the first milk (colostrum).
diet-rule-only-breast-milk = Until six months are completed only breast milk: no water, no honey, no other milk.
diet-rule-soft-food = From six completed months add soft food, and go on breastfeeding to two years and beyond.
diet-rule-thick = Food must stay on the spoon: thin, watery food fills the stomach and does not feed.
diet-rule-patient = Feed with patience and look at the child; help, do not force.
diet-rule-wash = Wash hands and bowls. Use cup and spoon, no feeding bottle.
diet-rule-illness = In illness breastfeed more often.
diet-rule-illness-food = In illness give more to drink, and more frequent breastfeeds to a breastfed child; afterwards one more meal a day than usual.
diet-choking-nuts = Whole nuts
diet-choking-grapes = Whole grapes
diet-choking-carrot = Hard pieces of raw carrot
diet-choking-popcorn = Popcorn
diet-ifa-syrup-dose = IFA syrup: 1 ml, twice a week
diet-ifa-syrup-content = 1 ml has 20 mg iron and 100 mcg folic acid.
diet-ifa-syrup-bottle = 50 ml bottle with auto-dispenser
diet-ifa-syrup-not-in = Not in severe acute malnutrition or fever: ask the medical officer.
diet-ifa-pink-dose = IFA pink tablet: 1 tablet a week
diet-ifa-pink-content = Sugar coated, 45 mg iron and 400 mcg folic acid
diet-ifa-blue-dose = IFA blue tablet: 1 tablet a week
diet-ifa-blue-content = Sugar coated, 60 mg iron and 500 mcg folic acid
diet-ifa-blue-girls = Out of school: for girls only.
diet-vita-dose = Vitamin A: at 9 completed months with MR-1, then at 16 to 18 months and every 6 months to 5 years, nine doses in all
diet-vita-content = First dose 1 ml (1 lakh IU), the others 2 ml (2 lakh IU)
diet-deworming-date = National Deworming Day: { $date }
diet-deworming-half = Albendazole 200 mg: half of a 400 mg tablet, crushed
diet-deworming-full = Albendazole 400 mg: one tablet, chewed or crushed
diet-deworming-not-ill = Not while the child is ill
diet-deworming-states = The state may choose another day.
diet-advice-remeasure-weight = The weight is hardly possible. Weigh again, and compare the birth date.
diet-advice-remeasure-length = The length or height is hardly possible. Measure again, and compare the birth date.
diet-advice-remeasure-head = The head measure is hardly possible. Measure again, and compare the birth date.
diet-advice-remeasure-muac = The MUAC is hardly possible. Measure again, and compare the birth date.
diet-advice-remeasure-lying = Too young to be measured standing. Measure the length again, lying.
diet-advice-refer-facility = Refer to the facility (Nutrition Rehabilitation Centre).
diet-advice-refer-medical-officer = Send the child to the medical officer, for the programme for malnourished children at home.
diet-advice-ask-medical-officer = Show the child to the medical officer.
diet-advice-check-appetite = Check appetite and danger signs. No appetite or a danger sign: to the facility (Nutrition Rehabilitation Centre).
diet-advice-extra-meals = One or two more meals a day, rich in energy: add oil, ghee, jaggery or ground nuts to the porridge.
diet-advice-anganwadi-ration = Enrol at the anganwadi for the ration of { $n } kcal a day.
diet-advice-recheck = Weigh again in { $n ->
    [one] { $n } day
   *[other] { $n } days
}.
diet-advice-follow-diet = Follow the diet plan of this age.

## Contra-indications and refusals

status-contraindicated = Not to be given
why-contraindicated = it could harm this child
why-contraindicated-product = { $product } could harm this child
why-contraindicated-live = live vaccines could harm this child
why-contraindicated-until = it could harm this child until { $day }
why-contraindicated-product-until = { $product } could harm this child until { $day }
why-contraindicated-live-until = live vaccines could harm this child until { $day }
why-not-with-product = not with { $product }
why-not-with-product-until = not with { $product } until { $day }
why-refused = the family refused on { $on }

## Import of files (the report of `tikka-station import`)

import-added = Taken into the records.
import-added-trial = Would be taken into the records.
import-added-to-list = Taken into the records. The worker has no place free, so the child is on the Admin's list.
import-added-to-list-trial = Would be taken into the records. The worker has no place free, so the child would be on the Admin's list.
import-already-here = In the records already. Nothing was left to do.
import-joined = The child was registered already. What the record lacked is added to it, and the line is kept with it.
import-joined-trial = The child is registered already. What the record lacks would be added to it, and the line kept with it.
import-same-note = A line of an imported file is this child.
import-looks-like = Probably the same child as this one. Write "same" or "other" in the column "decision" and give this file back with --decisions.
import-missing = The column "{ $column }" is empty.
import-column = { $words } (Column "{ $column }".)
import-no-date = This is not a date. Write day/month/year, like 25/03/2024.
import-short-year = Write the year with four digits, like 25/03/2024.
import-month-first = The month stands before the day. Write day/month/year, like 25/03/2024.
import-either-way = This date can be read in two ways: in line { $line } the month stands before the day, and there are not more lines that have the day first. Put that line right first, or write year-month-day.
import-shortened = The spreadsheet cut off this number. Make the column a text column and save the file again.
import-word = This word is not known in the column "{ $column }".
import-number = This is not a number.
import-too-long = This is too long for the column "{ $column }".
import-characters = The column "{ $column }" has characters that cannot be seen.
import-too-wide = This line has more cells than there are columns. Is a comma without quotation marks in a name?
import-ref-twice = Line { $line } has the same number in the column "ref".
import-ref-unknown = No line of the file of children has this number in the column "ref".
import-ref-not-taken = The child of this dose, line { $line } of the file of children, was not taken.
import-child-number = This is not the number of a child. Look at each sign again.
import-two-children = "ref" and "id" are of two different children.
bring-title = Bring in children from a file
bring-about = Fill in the empty files, or save your spreadsheet as "CSV UTF-8"; the first line has the names of the columns. Every line is taken whole or not at all, and a line that was brought in before is not taken twice.
bring-children = File of children
bring-children-hint = Choose the file here below, or type its whole name. It needs the columns dob (date of birth), mother and village.
bring-doses = File of doses
bring-doses-hint = Choose the file here below, or type its whole name. It needs the columns product (vaccine) and date, and ref or id (which child).
bring-full-to-list = When the list of a worker is full, her children go on the clinic's list
bring-proof = Proof of doses given elsewhere, where a line has none
bring-proof-hint = For example: entry in the old register
bring-reason = Reason for doses that do not fit the schedule, where a line has none
bring-reason-hint = Leave it empty at first: such doses are then shown one by one
bring-try = Check the files, store nothing
bring-empty-files = Make empty files to fill
bring-file-saved = Saved: { $path }
bring-report-not-written = The report cannot be written beside the files. Is the stick full, or is it locked?
bring-trying = Trying the lines
bring-trying-about = Nothing is stored.
bring-taking = Taking the lines in
bring-taking-about = What is done stays, also when you stop.
bring-how-far = { $n } of { $of } lines, { $open } not taken
bring-tried = Checked, nothing is stored yet
bring-taken = Taken in
bring-report = Save the report
bring-take = Store them now
bring-to-files = Other files
bring-open = Need your answer: { $n }
bring-all = All lines: { $n }
bring-would-be-taken = { $n } would be taken
bring-were-taken = { $n } taken
bring-known = { $n } here already
bring-alike = { $n } like a registered child
bring-refused = { $n } refused
bring-stopped-trial = Stopped: { $n } of { $of } lines were tried. Try all of them before you take them in.
bring-stopped = Stopped: { $n } of { $of } lines are done, and what they say is stored. Bring the same files again for the rest.
bring-broken = { $n } of { $of } lines are done and stored, the others are not.
bring-unknown-columns = Nobody knows these columns, and nothing is taken from them: { $names }
bring-help-full = Workers have no place free. Under "Other files" you can let their children go on the clinic's list.
bring-help-proof = Doses have no proof. Under "Other files" you can say for all of them what was seen.
bring-help-reason = The schedule speaks against some doses. Look at them; under "Other files" one reason can be given for all.
bring-nothing-open = Nothing is left to look at
bring-nothing-open-next = Every line is taken, or would be.
bring-file-children = children
bring-file-doses = doses
bring-line = Line { $n }
bring-looks-like = Looks like a child who is registered. Is it the same one?
bring-state-new = new
bring-state-known = here already
bring-state-alike = needs an answer
bring-state-same = the same child
bring-state-other = another child
bring-state-refused = refused
bring-in-the-file = In the file
bring-registered = Registered here
bring-same = Yes, the same child
bring-another = No, another child
bring-ask-again = Take the answer back
bring-unreadable-children = The file of children cannot be read. Is the stick in, and is the name right?
bring-unreadable-doses = The file of doses cannot be read. Is the stick in, and is the name right?
bring-fault = The file of { $file } cannot be used. { $words }
bring-fault-too-large = It is too large. Make several of it.
bring-fault-too-many-lines = It has too many lines. Make several of it.
bring-fault-not-utf8 = Line { $line } is not UTF-8 text. Save it as "CSV UTF-8" and try again.
bring-fault-not-text = It is not a text file. Save it as "CSV UTF-8" and try again.
bring-fault-empty = It is empty.
bring-fault-no-column = The column "{ $column }" is missing. The first line must hold the names of the columns.
bring-fault-column-twice = Two columns have the name "{ $column }".
bring-fault-too-many-columns = It has too many columns.
bring-fault-open-quote = The quotation mark in line { $line } is not closed: nothing after it can be read.
bring-fault-decision = What was decided in line { $line } cannot be understood.

## A child's record: the form, its history, and what an Admin does with it

child-form-more = More: landmark, numbers, twins, food, language
child-form-fewer = Fewer fields
child-form-birth-order-hint = Of twins and more: 1, 2, …
child-form-food = The family eats
child-form-language = Messages to the family in
language-en = English
language-hi = Hindi
child-form-abha-hint = 14 digits, may stay empty

children-found-more = More than { $n } children fit: type more letters
children-duplicates = Probable duplicates
children-filters = Show only…
children-mine = Mine
children-nobodys = Without a worker
children-of-worker = Worker…
children-of-village = Village…
children-age-first = Under 1 year
children-age-second = 1 year
children-age-to-five = 2 to 4 years
children-age-older = 5 years and older
children-without-card = Without a card
children-gone = Moved away or died
children-no-filter = Show all

gone-moved-away = Moved away
gone-died = Died
gone-other = Not looked after here
gone-moved-station = Moved to another clinic of the district
gone-waiting = Registered on a toy, waits for an Admin

alike-title = Is it one of these?
alike-about = A child who looks the same is registered already. Ask the family, then choose. If one child has two records, doses get lost.
alike-typed = On the form
alike-new = new
alike-born = born { $day }
alike-mother = mother { $name }
alike-found = { $n ->
    [one] { $n } registered child who looks the same
   *[other] { $n } registered children who look the same
}
alike-same = This is the same child: open
alike-another = It is another child: register
alike-back = Back to the form
alike-probable = Probably the same
alike-possible = Perhaps the same
alike-twin = { $name }, number { $n }
alike-name-same = same name
alike-name-alike = name sounds alike
alike-name-partly = first name fits
alike-name-missing = one has no name yet
alike-dob-same = born on the same day
alike-dob-swapped = day and month are the other way round
alike-dob-near = { $n ->
    [one] born { $n } day apart
   *[other] born { $n } days apart
}
alike-dob-estimated = { $n ->
    [one] one birth date is estimated, { $n } day apart
   *[other] one birth date is estimated, { $n } days apart
}
alike-dob-slip = one part of the birth date differs
alike-mother-same = same mother's name
alike-mother-alike = mother's name sounds alike
alike-father-same = same father's name
alike-father-alike = father's name sounds alike
alike-phone-same = same phone
alike-village-same = same village
alike-sex-differs = but another sex
alike-mother-differs = but another mother's name
alike-father-differs = but another father's name
alike-phone-differs = but another phone
alike-village-differs = but another village

pairs-title = Probable duplicates
pairs-about = Records that look like one child. The likeliest come first.
pairs-none = No two records look like one child
pairs-none-next = Who looks like a registered child is shown when a new one is written down.
pairs-one = One child: merge the records
pairs-two = They are two children
pairs-two-sure = Look at the doses, the families and the workers of both. If they are two children, this pair is not shown again; their records can still be merged from either page.
pairs-two-now = Yes, two children
pairs-told = Noted: they are two children.
pairs-before = Before
pairs-after = Next

visit-record = Family and history
record-form = On the form
record-parts = Merged into this record
record-edit = Edit
record-edit-reason = Why it is changed
record-edit-reason-hint = Needed when the name, birth date, sex or mother changes. The history keeps both.
record-to-visit = To the doses
record-saved = Saved. The history shows who did it.
record-opt-out = No more reminders to this phone
record-opt-in = Reminders to this phone again
record-opted-out = Noted: this phone gets no more reminders.
record-opted-in = Noted: this phone gets reminders again.
record-says-stop = no: the family wants none
record-gone = { $why }, { $day }
record-merge = Merge with another record
record-merge-about = Two records of one child become one. One of them is kept; the doses of the other count there, and its card opens it too. Nothing is lost, and they can be taken apart again.
merge-before = { $stays } ({ $staysId }) is kept. { $goes } ({ $goesId }) is added to it.
merge-after = Done. { $stays } ({ $staysId }) stays; { $goes } ({ $goesId }) is now a part of it.
merge-together = Name, birth date, family and worker come from the record that is kept. Doses in both together: { $n }.
merge-stays = This record is kept
merge-goes = Is added to the other
merge-swap = Keep this one instead
merge-two-cards = Each record has a card. After the merge you are asked which one the family uses.
merge-card = Card { $card }
merge-measured = Measurements: { $n }
merge-certificates = Certificates: { $n }
record-merge-none = No other record looks like this child. Type the number of the other record.
record-merge-id = Number of the other record
record-merge-id-hint = As it stands on the child's page
record-merge-do = Merge
record-unmerge = Take apart
record-unmerge-about = This record stands for a child of its own again, as it was before it was merged.
record-unmerge-do = Take apart
record-away = Moved away or died
record-away-about = The child is on no list any more, and the worker has a place free. The record stays, and an Admin can bring it back.
record-away-do = Save
record-back = Bring back
record-back-about = The child is looked after here again.
record-back-do = Bring back
record-assign = Give to a worker
record-assign-about = The child moves with all that is known of it. A worker has at most 50 children.
record-assign-do = Give

history-title = What happened: { $n }
history-all = Show all
history-open = Open the other record
history-of-part = In the merged record { $id }
history-by-station = This computer
history-because = Reason: { $reason }
history-worker = Worker: { $name }
history-nobodys = On the clinic's list
history-empty = empty
history-yes = yes
history-no = no
history-change = { $field }: { $old } → { $new }
history-registered = Registered
history-registered-on-toy = Registered on a toy
history-looked-alike = { $n ->
    [one] { $n } child looked the same and is another one
   *[other] { $n } children looked the same and are others
}
history-edited = The form was changed
history-unchanged = Nothing was different
history-assigned = Given to a worker
history-merged = { $child } became a part of { $into }
history-unmerged = { $child } stands for itself again
history-told-apart = { $child } is another child
history-went-away = { $why }, { $day }
history-came-back = Brought back
history-moved-in = Came from { $station } on { $day }, moved by the district
history-moved-out = Moved to { $station } on { $day } by the district
history-dose-name = { $product }, { $day }
history-dose = Dose: { $dose }
history-dose-again = Told once more: { $dose }
history-dose-outside = Given elsewhere: { $dose }
history-dose-doubted = Told, in doubt: { $dose }
history-dose-corrected = Dose corrected: { $dose }
history-dose-withdrawn = Dose taken out: { $dose }
history-now = Now: { $dose }
history-now-batch = Now: { $dose }, batch { $batch }
history-batch = Batch { $batch }
history-seen-on = Seen on: { $proof }
history-refused = The family refused { $vaccine }
history-contraindicated = { $vaccine } could harm this child
history-decline-lifted = { $vaccine } may be given again
history-doubt-true = The Admin said: it is true
history-doubt-aside = The Admin set it aside
history-aefi = Adverse event: { $class }, first symptom { $day }
history-aefi-updated = Report of the adverse event changed: { $class }, first symptom { $day }
history-aefi-withdrawn = Report of the adverse event taken back
history-aefi-outcome = Outcome: { $outcome }
found-at-home = Seen at home on { $day }
found-away = Not at home on { $day }
found-moved = The family had moved away on { $day }
history-measured = Measured on { $day }
history-measure-withdrawn = Measurement of { $day } taken out
history-weight = { $n } kg
history-length = { $n } cm long
history-muac = arm { $n } cm
history-head = head { $n } cm
history-oedema = swelling of both feet
history-called = Family called: { $outcome }
history-call-withdrawn = A call was taken back: it was written down by mistake
history-will-come = Will come on { $day }
history-card-given = Card { $card } given
history-card-lost = Card { $card } reported lost
history-card-blocked = Card { $card } blocked
history-card-replaced = Card { $card } replaced
history-card-unblocked = Card { $card } unblocked
history-task = Task: { $kind }
history-task-done = Task done
history-task-not-done = Task not done
history-task-reopened = Task open again: it was closed by mistake
task-handed-over = Task given to another worker
history-certificate = Certificate { $number }, { $day }

field-dob-estimated = Birth date estimated
field-sex = Sex
field-food = What the family eats
field-language = Language of messages
field-reminders = Agreed to reminders by phone
field-tracing = Agreed to visits at home
call-will-come = will come
call-no-answer = no answer
call-moved = moved away
call-refused = refused
call-wrong-number = wrong number
aefi-class-minor = minor
aefi-class-severe = severe
aefi-class-serious = serious
aefi-outcome-unknown = not known yet
aefi-outcome-recovering = recovering
aefi-outcome-recovered = recovered
aefi-outcome-sequelae = recovered with lasting harm
aefi-outcome-not-recovered = not recovered
aefi-outcome-died = died

## The lists of the clinic

shell-tasks = Tasks
shell-sessions = Sessions
shell-cards = Cards
shell-reports = Reports
shell-find = To find
shell-page-before = Page before
shell-page-next = Next page
today-all-tasks = All tasks
today-call = Call
today-met = Home visit
today-trace = Have the child found
today-traced = { $name } has the task now: { $child }. U takes it back.
today-being-traced = To be found by a worker
today-refused = The family refused
today-filter-village = { $name }: { $n }
call-title = Call the family
call-title-visit = Home visit
call-no-phone = There is no phone number for this family. Whoever meets it at home writes down here what it said.
call-no-tracing = The family did not agree to visits at home.
call-comes-on = Comes on
call-note = Note
call-saved = Written down: { $said }. U takes it back.
call-undone = The call is taken back.
call-undo = Take back the call
call-undo-hint = One press saves the answer. For one minute, U undoes it.
call-told = { $outcome }, { $day }
call-told-comes = will come on { $day }
called-will-come = Will come
called-no-answer = No answer
visited-nobody = Nobody at home
called-moved = Moved away
called-refused = Refused
called-wrong-number = Wrong number
tasks-title = Tasks
tasks-one = This task
tasks-where = Where
tasks-said = What was said when it was closed
tasks-new = New task
tasks-open = Open
tasks-overdue = Late
tasks-over = Closed
tasks-none = No task here
tasks-none-next = Give a worker a task with "New task".
tasks-none-next-worker = The Admin gives you tasks; they appear here.
tasks-until = until { $day }
tasks-was-done = Done { $day }
tasks-was-not = Not done { $day }
tasks-not-done = Not done
tasks-why-not = Why not?
tasks-family-said = What did the family say? (may stay empty)
task-came = came and got doses
# The reason of a task that was taken back
task-by-mistake = given by mistake
task-undo = Take back the task
task-undone = The task is taken back.
tasks-close-now = Close the task
tasks-given = { $name } has the task now. U takes it back.
tasks-closed = The task is closed. U opens it again.
tasks-undo = Open the task again
tasks-reopened = The task is open again.
tasks-for = Given to
tasks-no-workers = There is no PHC Worker yet.
tasks-no-worker = Choose who is to do it.
tasks-choose-child = Choose the child below its name, or empty that field.
tasks-no-aim = Choose a child, or write a place.
tasks-child = Child
tasks-child-hint = Name, village, phone or number; may be left empty
tasks-no-child = Another
tasks-place = Place, if the task is not about a child
tasks-due = Until
tasks-save = Give the task
cards-title = Cards
cards-find = Child: name, village, phone or number
cards-all = All
cards-in-use = In use
cards-free = Without a child
cards-stopped = Lost, blocked, replaced
cards-none = No card is registered yet
cards-none-next = A card is given on the child's page: open the child and put a card on the reader.
cards-none-admin = Put a new card on the reader to register it. A worker gives it to a child on the child's page.
cards-none-found = No card fits what is typed and chosen. Try fewer letters, or "All".
cards-register = Register this card
cards-register-about = A new card that lies on the reader is registered here. Then a worker can give it to a child.
cards-registered = The card is registered. A worker can give it to a child now.
cards-more = The first { $n } of { $of }. Type a name to find others.
cards-one = Card
cards-nobodys = No child has it
cards-do-lost = It is lost
cards-lost-ask = { $card }: is this card lost?
cards-lost-yes = Yes, it is lost
cards-do-blocked = Block it
cards-do-replaced = Another card takes its place
cards-replace-next = Then open the child and put the new card on the reader.
cards-replaced-ask = { $card }: does another card take the place of this one?
cards-replaced-yes = Yes, another takes its place
cards-replaced-for-ever = A card that was replaced never opens a record again, and this cannot be taken back. To stop a card for a while, block it.
cards-lost-for-ever = A lost card never opens a record again. If it is found, give the child a new one all the same.
cards-unblock = Let it be used again
cards-why = Why
cards-saved = Saved.
cards-history = What became of it
cards-was-registered = Registered
cards-was-assigned = Given to the child
cards-was-unblocked = Used again
cards-was-written = Written anew
cards-was-changed = Changed
card-stop-lost = Lost
card-stop-blocked = Blocked
card-stop-replaced = Replaced
toys-more = More
toys-report = In the last { $days } days: doses { $n }, measurings { $measured }, home visits { $visits }, new children { $children }; in doubt { $doubted }
toys-held = { $name }: { $from } to { $until }
toys-held-since = { $name }: since { $from }
toys-do-lost = It is lost
toys-do-blocked = Block it
toys-do-blocked-about = What it sends does not count until you take it back into use.
toys-do-retired = It is broken, or goes back to the store
toys-return = It is back and may be used
toys-stop-about = It is taken from its worker. What is recorded on it after this is kept but does not count.
toys-stopped = Saved.
toys-do-lock = Lock it
toys-do-lock-about = At the toy: nobody can use it until it is unlocked. What is on it stays.
toys-do-unlock = Unlock it
toys-do-wipe = Wipe it
toys-wipe-ask = Wipe { $toy }?
toys-wipe-about = What is on the toy goes: its list of children, and its doses once they have arrived here. A toy in contact does it at once, another one at its next contact. It cannot be taken back.
toys-wipe-yes = Yes, wipe it
toys-order-about = A lock or a wipe takes effect at the toy's next contact. Before a wipe the toy hands over what was recorded on it.
toys-ordered = Saved. The toy is told at its next contact.
toys-order-asked = Asked by { $name } on { $day }, { $time }
toys-order-open = The toy has not confirmed it yet: it takes effect at the next contact.
toys-order-confirmed = Confirmed by the toy on { $day }, { $time }
toy-order-lock-waits = To be locked
toy-order-lock-done = Locked
toy-order-unlock-waits = To be unlocked
toy-order-unlock-done = Unlocked
toy-order-wipe-waits = To be wiped
toy-order-wipe-done = Wiped
toys-was-ordered-lock = Lock asked for
toys-was-ordered-unlock = Unlock asked for
toys-was-ordered-wipe = Wipe asked for
toys-was-obeyed-lock = The toy confirms: locked
toys-was-obeyed-unlock = The toy confirms: unlocked
toys-was-obeyed-wipe = The toy confirms: wiped
toys-alerts = Alerts
toys-alerts-title = Needs attention: { $n }
toys-alert-new = New
toys-alert-open = Open
toys-alert-over = Over
toys-alert-seen = I have seen it
toys-alert-seen-by = Seen by { $name }
toys-alert-since = Since { $day }, { $time }
toys-alert-until = Over since { $day }, { $time }
toys-label-name = { $label } ({ $name })
toy-alert-offline = { $toy } has not been in contact for more than a working day.
toy-alert-low-battery = The battery of { $toy } is low.
toy-alert-left-fence = { $toy } is outside its area: { $detail }
toy-alert-failing = { $toy } does not work: { $fault }
toy-alert-wrong-clock = The clock of { $toy } is wrong. The dates of its doses must be looked at.
toy-alert-unknown = A toy that is not registered here is near: { $detail } ({ $toy })
toy-alert-lost-is-here = { $toy } is reported lost, but it is near this computer now: look for it here.
toy-alert-lost-was-here = { $toy } is reported lost, but it was near this computer: look for it here.
toy-alert-likely-to-fail = { $toy } is likely to fail within two weeks: { $detail }
toy-alert-too-much = { $toy } told more in one day than a person does. The rest waits on it until tomorrow: look who uses it.
toy-alert-low-storage = The memory of { $toy } is nearly full. Bring it into contact with the clinic, so that it can hand over.
toy-alert-broken = { $toy } says that a part of it is broken: { $detail }
toy-alert-left-out = The list of { $toy } is too long: { $detail } notes, cards, tasks or children are not on it.
toy-part-sensor = a sensor
toy-part-storage = the memory
toy-part-battery = the battery
toy-part-radio = the radio
toy-part-number = part { $number }
toy-sign-battery = a charge lasts { $now } hours, it was { $before }
toy-sign-restarts = it restarted { $now } times in a week, it was { $before }
toy-sign-faults = it did not work { $now } times in a week, it was { $before }
toy-sign-contacts = it went out of contact { $now } times in a week, it was { $before }
toy-fault-wrong-key = another device answers in its place
toy-fault-forgotten = it does not remember this clinic and must be registered again
toy-fault-version = its software does not fit this version of Tikka
toy-fault-bad-sequence = it sends records out of their order
toy-fault-bad-signature = it sends records that it did not sign
toy-fault-misbehaves = it sends what cannot be understood
toy-fault-floods = it sends more than it may
toy-fault-replays = it sends the same records again and again
toy-fault-refuses = it refuses to work with this clinic
toy-fault-anothers = it says that it belongs to another computer: hold its pair button and register it again
toy-fault-not-stored = what it sends cannot be stored here
toys-ring = Let it ring
toys-ring-away = It can ring only while it is in contact.
toys-outlook = Likely to fail within two weeks
toys-outlook-why = Because { $detail }. Have a spare ready; what is on it is handed over at each contact.
toys-course = In the last days
toys-course-none = Nothing is known of it yet.
toys-course-cut = There is more than this page draws. The Admin can export all of it.
toys-heard = Last contact: { $day }, { $time }
toys-firmware = Software: { $version }
toys-settings-taken = Obeys the clinic's settings, since { $day }, { $time }
toys-settings-wait = Has not taken the clinic's settings yet: it does at its next contact
toys-map = Map
toys-map-about = North is up. The number is where the toy was last, by the list; it is somewhere inside the circle.
toys-map-none = No toy has said where it is, and there are no areas yet.
toys-map-when = { $day }, { $time }
toys-map-not-told = It has not said where it is.
toys-map-track = Today's track
toys-map-places = { $n ->
    [one] { $n } place today
   *[other] { $n } places today
}
toys-map-metres = { $n } m
toys-map-km = { $n } km
toys-place = Last place: { $latitude }, { $longitude }, within { $metres } m · { $day }, { $time }
toys-battery-chart = Battery: full above, empty below; below the red line it is low
toy-happened-online = In contact
toy-happened-offline = Out of contact
toy-happened-failing = Does not work: { $detail }
toy-happened-restarted = Restarts: { $detail }
toy-happened-firmware = Software { $detail }
toy-happened-left = Left: { $detail }
toy-happened-entered = Back in: { $detail }
toy-happened-settings = Took the settings
toy-happened-asleep = Asleep until { $detail }
toy-happened-broken = Said that this is broken: { $detail }
toy-happened-mended = Said that nothing is broken any more
fences-title = Areas
fences-about = A toy that leaves the areas of its worker is told here. With no area it may be anywhere; with several it may be in any.
fences-none = There is no area yet.
fences-new = New area
fences-name = Name
fences-places = Places
fences-places-hint = Latitude, longitude, as in 28.6139, 77.2090. One place for a circle; three or more, each after a semicolon, for a field.
fences-places-wrong = This is not a place like 28.6139, 77.2090.
fences-radius = Radius in metres
fences-everybody = All toys
fences-of-village = Workers with children in a village
fences-whose-village = Workers with children in { $village }
fences-circle = Circle of { $metres } m
fences-field = Field with { $n } corners
fences-save = Save the area
fences-saved = Saved. It counts from now on.
fences-removed = The area is removed. U puts it back.
fences-undo = Put the area back
fences-put-back = The area is there again.
fences-remove = Remove
toys-was-registered = Registered
toys-was-given = Given to a worker
toys-was-given-name = Given to { $name }
toys-was-taken-back = Taken back
toys-was-taken-back-name = Taken back from { $name }
toys-was-returned = Back in use
toy-stop-lost = Lost
toy-stop-blocked = Blocked
toy-stop-retired = Out of use
find-title = Children to be found
find-none = Nobody is to be found now
find-none-next = The list is made for the next session, of children whose families agreed.
find-until = { $n ->
    [one] One child. Use this list until { $day }.
   *[other] { $n } children. Use this list until { $day }.
}
find-born = born in { $month } { $year }
find-letter = Name begins with { $letter }
find-due = A vaccine is due
find-overdue = A vaccine is late
find-told = Told the family
find-not-home = Nobody at home
find-does-not-want = Refused
find-saved = Written down. U takes it back.
sessions-title = Sessions
sessions-doses-of = { $product }: { $n }
sessions-plan = Plan a session
sessions-none = No session is planned
sessions-none-next = The Admin plans sessions. A session at the centre starts by itself when you record a dose.
sessions-none-plan = Plan one with "Plan a session". A session at the centre starts by itself when you record a dose.
sessions-all-villages = All villages
sessions-one = Session
sessions-by = Doses by { $name }
sessions-hold = It is being held
sessions-hold-title = Is it being held?
sessions-hold-about = Once said, this cannot be taken back.
sessions-not-held = Not held
sessions-not-held-about = This cannot be taken back. For another day, plan a new session.
sessions-cancel = Cancel the session
sessions-expected = Children expected: { $n }
sessions-given = Doses given: { $n }, children: { $children }
sessions-held = Held · doses: { $n }
sessions-was-not-held = Not held
sessions-unanswered = Was it held?
sessions-today = Today
sessions-planned = Planned
sessions-saved = Saved.
sheet-open = Enter from paper
sheet-title = A session from paper
sheet-about = First type the day, the village and the batches once. Then enter one child after another, with the keyboard only.
sheet-on-hint = The day on the paper, like 21/11/2026
sheet-no-day = Type the day that stands on the paper.
sheet-forgotten = A sheet of { $day } was begun here some days ago. Its batches are not offered any more.
sheet-village = Village (may stay empty)
sheet-village-hint = Its children stand first
sheet-finish = Finished
sheet-finished = All entered. { $counts }
sheet-born = born { $day }
sheet-due = something was due
sheet-batches = Batches of that day
sheet-batches-about = As they stand on the paper. What is not known stays empty.
sheet-begin = Next: the children
sheet-of-day = Paper of { $day }
sheet-to-head = Change day, village and batches
sheet-child = Child
sheet-child-hint = Name, mother, village, phone or number; Enter takes the chosen one
sheet-nobody = Nobody found. A new child is registered first (Alt 3); day and batches stay here.
sheet-nothing-due = Nothing was due on that day. M shows all vaccines.
sheet-save = Save the doses of this child
sheet-another = Another child
sheet-keys = Tab to the next, Space ticks
sheet-product = { $product } · batch { $batch }
sheet-with = together with { $dose }
sheet-other-product = Another vaccine
sheet-fits = could be given that day
sheet-saved = { $name }: { $n ->
    [one] { $n } vaccine saved.
   *[other] { $n } vaccines saved.
}
sheet-entered = Entered
sheet-counts = Children: { $children }, vaccines: { $doses }
sheet-take-back = Take the last one back
sheet-taken-back = Taken back: { $name }
sessions-on = Day
sessions-site = Place
sessions-villages = Villages
sessions-villages-hint = With commas between them; leave it empty for all villages
sessions-worker = Who gives the doses
sessions-save = Save the plan
session-kind-fixed = At the centre
session-kind-outreach = In the village
session-kind-mobile = Mobile team
stock-title = Vaccine stock
stock-none = No batch is in stock
stock-none-next = Press "Batch received" and write down what came.
stock-none-others = A worker or an Admin writes down what comes; then it stands here.
stock-receive = Batch received
stock-vials = { $vials ->
    [one] { $vials } vial of { $doses } doses
   *[other] { $vials } vials of { $doses } doses
}
stock-expires = until { $day }
stock-expires-soon = only until { $day }
stock-expired = ended { $day }: do not use
stock-empty = none left
stock-use-first = Use this one first
stock-open = Open a vial
stock-change = Lost or counted
stock-open-vials = Open vials
stock-no-open = No vial is open.
stock-opened = opened { $time }
stock-until = use until { $time }
stock-usable = may be used
stock-throw-away = Throw it away: do not use
stock-close = Empty or thrown away
stock-wasted = Doses that were in it and are wasted
stock-counted-hint = How many more than the list says; for fewer, begin with a minus
stock-date-hint = Day, month, year
stock-save = Save
stock-saved = Saved.
stock-returned = given back
stock-vvm = VVM past use
stock-broken = broken
stock-frozen = frozen
stock-counted = counted
stock-other = other
stock-wastage = Wastage
stock-no-wastage = Nothing was opened.
stock-wastage-line = { $given } given of { $used }
stock-wastage-no-vial = { $given } given, no opened vial is written down
certificates-title = Certificates
certificates-count = { $n ->
    [one] 1 certificate
   *[other] { $n } certificates
}
certificates-search = Search: name, parents, village, number of the child or certificate
certificates-column-family = Mother and village
certificates-column-issued = Issued on
certificates-first = First
certificates-issue = Issued again ({ $n })
certificates-again = Print again
certificates-none = No certificate
certificates-none-next = A certificate is issued on the child’s page, with the key C.
certificates-no-time = The first day is needed, and the last one must not be before it.
certificates-not-found-next = Type less, or another time.
reports-title = Report, { $month }
reports-before = Month before
reports-next = Next month
reports-earlier = Before
reports-later = After
reports-choose = Period, worker, village
reports-month = Month
reports-quarter = Quarter
reports-year = Year, April to March
reports-days = From date to date
reports-from = From which day
reports-until = Until which day
reports-show = Count
reports-no-time = The first day is after the last one. Change one of the two days.
reports-everything = Of everybody
reports-only = Only: { $only }
reports-of-worker = children of { $name }
reports-in-village = village { $name }
reports-no-village = No child here lives in a village that sounds so. See how it is written in the list of children.
reports-counted = { $n ->
    [one] { $n } dose
   *[other] { $n } doses
} given here ({ $outside } given elsewhere not counted)
reports-not-recorded = not recorded here
reports-of = { $n } of { $of }
reports-cohort = Children of 12 to 23 months
reports-cohort-about = { $n } registered here, at the end of the period
reports-coverage = Coverage by vaccine
reports-coverage-months = Children of { $from } to { $until } months, registered here
reports-coverage-years = Children of { $n } years, registered here
reports-coverage-none = No child here is of the age for these, or they are not given here: { $doses }
reports-fully = Fully immunized, basic set
reports-fully-extended = Fully, with all vaccines
reports-completely = Completely immunized at 2 years
reports-reached = Reached in this period, by a dose given here
reports-zero-dose = Zero dose (no Pentavalent or DPT)
reports-left-out = Left out (no dose after birth)
reports-dropped-out = Dropped out (began, not finished)
reports-drop-out = Drop-out
reports-by-month = By doses
reports-by-cohort = By children
reports-late-by-village = Children late now, by village
reports-by-vaccine = Doses given here, by vaccine
reports-went-on = Went on, of those who began
reports-no-rate = none began
reports-percent = { $n } %
reports-checks = Can the figures be true?
reports-holds = In order
reports-look = Look at this
drop-out-penta1-penta3 = Pentavalent 1 to 3
drop-out-penta1-mr1 = Pentavalent 1 to MR 1
drop-out-bcg-mr1 = BCG to MR 1
check-fully-mr1 = Fully immunized { $n }, MR 1 before 12 months { $most }
check-aefi-doses = Adverse events { $n }, doses { $most }
check-held-planned = Sessions held { $n }, planned { $most }
hmis-vitk = Vitamin K at birth
hmis-bcg = BCG
hmis-penta-1 = Pentavalent 1
hmis-penta-2 = Pentavalent 2
hmis-penta-3 = Pentavalent 3
hmis-opv-0 = OPV birth dose
hmis-opv-1 = OPV 1
hmis-opv-2 = OPV 2
hmis-opv-3 = OPV 3
hmis-hepb-0 = Hepatitis B birth dose
hmis-ipv-1 = IPV 1
hmis-ipv-2 = IPV 2
hmis-rota-1 = Rotavirus 1
hmis-rota-2 = Rotavirus 2
hmis-rota-3 = Rotavirus 3
hmis-pcv-1 = PCV 1
hmis-pcv-2 = PCV 2
hmis-ipv-3 = IPV 3, 9 to 11 months
hmis-mr-1 = MR 1, 9 to 11 months
hmis-je-1 = JE 1, 9 to 11 months
hmis-pcv-b = PCV booster
hmis-fully-male = Fully immunized, boys
hmis-fully-female = Fully immunized, girls
hmis-mr-1-late = MR 1 after 12 months
hmis-je-1-late = JE 1 after 12 months
hmis-dpt-1-late = DPT 1 after 12 months
hmis-dpt-2-late = DPT 2 after 12 months
hmis-dpt-3-late = DPT 3 after 12 months
hmis-dpt-b1-late = DPT booster after 24 months
hmis-opv-b-late = OPV booster after 24 months
hmis-je-2-late = JE 2 after 24 months
hmis-mr-2 = MR 2, 16 to 24 months
hmis-dpt-b1 = DPT booster 1
hmis-opv-b = OPV booster
hmis-je-2 = JE 2
hmis-typhoid = Typhoid
hmis-dpt-b2 = DPT booster 2
hmis-td-10 = Td at 10 years
hmis-td-16 = Td at 16 years
hmis-aefi-minor = Adverse events, minor
hmis-aefi-severe = Adverse events, severe
hmis-aefi-serious = Adverse events, serious
hmis-aefi-deaths = Of these, deaths
hmis-sessions-planned = Sessions planned
hmis-sessions-held = Sessions held
hmis-vita-1 = Vitamin A, dose 1
hmis-vita-5 = Vitamin A, dose 5
hmis-vita-9 = Vitamin A, dose 9
shell-alerts = Missed-dose alerts
today-alerts = Missed doses: { $n }
alerts-title = Missed-dose alerts
alerts-open = Open: children { $children }, doses { $n }
alerts-closed = Closed recently
alerts-none = No alert here
alerts-none-next = An alert opens when a child is late for a dose, and closes by itself when it is given.
alerts-due = due since { $day }
alerts-closed-on = closed on { $day }
alert-closed-given = Given
alert-closed-contra-indicated = Not to be given
alert-closed-gone = Child gone

# The child's page: put right, from elsewhere, refused
refusal-contra-indicated = It is written down that this vaccine would harm the child. It is stored only with a reason.
visit-warning-expired = This batch was past its expiry on that day.
visit-warning-harmful = It is written down that this vaccine would harm the child.
visit-undo = { $n ->
    [one] Undo 1 dose
   *[other] Undo { $n } doses
}
visit-undone = { $n ->
    [one] Undone: 1 dose was taken back.
   *[other] Undone: { $n } doses were taken back.
}
visit-elsewhere = Given elsewhere
visit-here = Given here
visit-elsewhere-when = Type the day on which they were given: then the vaccines of that day stand here.
visit-elsewhere-proof = What proof did you see?
visit-elsewhere-hint = For example: paper card, hospital discharge slip. Then type the day on it.
visit-save-elsewhere = { $n ->
    [one] Save 1 dose given elsewhere
   *[other] Save { $n } doses given elsewhere
}
visit-refused-on = Refused on { $day }
visit-growth = Growth and diet
visit-plan = All doses by age
plan-title = All doses of the plan, by vaccine and age
plan-title-ages = All doses of the plan, by age
plan-ages-before = Earlier ages
plan-ages-after = Later ages
plan-vaccines = other vaccines
plan-at-birth = At birth
plan-given = given { $day }
plan-due = due { $day }
plan-late = late, due { $day }
plan-upcoming = from { $day }
plan-later = later
plan-missed = the last day has passed
plan-contra-indicated = must not be given
plan-not-needed = not needed
visit-decline = Refused or harmful
visit-aefi = Adverse event
past-put-right-hint = Press a dose to put it right or to withdraw it.
past-valid-from = It would have counted from { $day }.
past-outside = Given elsewhere, seen: { $proof }
past-session = In the session at { $site }
past-taken-back = Written down wrong
past-withdrawn = Withdrawn: nobody gave it.
past-corrected = Corrected to { $dose }, { $day }, batch { $batch }.
past-undone = undone right after saving
past-said = { $name }, { $day }: { $reason }
past-again = It was recorded again and stands.
put-right-title = Correct: { $dose } of { $day }
put-right-about = Nothing is deleted: the history shows what was written before, and your reason.
put-right-other-vaccine = Choose another vaccine
put-right-reason = Why is it changed?
put-right-reason-hint = For example: “wrong day typed”, or “dose of another child”.
put-right-correct = Correct the dose
put-right-correct-anyway = Correct it all the same
put-right-withdraw = It was not given: remove it
put-right-warned = If it is so all the same, press once more.
put-right-corrected = The dose is corrected.
put-right-withdrawn = The dose is withdrawn.
decline-title = Refused, or not to be given
decline-held = Written down now
decline-what = Which vaccine?
decline-due = On today's list
decline-not-due = Not on today's list
decline-all-due = All of today's ({ $n })
decline-missing-vaccine = Choose a vaccine first.
decline-missing-until = The last day cannot be read.
decline-missing-reason = Still to write: what was said or found.
decline-live = All live vaccines
decline-until = Until when?
decline-until-hint = The last day of it. Empty: for good.
decline-reason = What was said or found?
decline-reason-hint = For example: the family fears fever, severe allergy after the first dose.
decline-save = Write it down
decline-lift = Not any more
decline-saved = It is written down.
decline-lifted = It does not hold any more.
decline-told = { $reason } ({ $name }, { $day })
decline-line-refused = { $dose }: refused
decline-line-harm = { $dose }: would harm
decline-line-harm-until = { $dose }: would harm until { $day }
declined-refused = The family refuses
declined-refused-about = It stays on the list, with a mark, and may be given any time.
declined-contra-indicated = It would harm the child
declined-contra-indicated-about = It leaves the list until its last day, or for good.
milestone-fully = Fully immunized on { $day }
milestone-completely = Completely immunized on { $day }
milestone-zero-dose = Zero dose: no pentavalent or DPT yet
milestone-missed = Not fully immunized by 1 year
milestone-open = On the way to full immunization
milestone-missing = Missing: { $doses }

# Growth
growth-title = Weigh and measure
growth-weight = Weight, kg
growth-length = Length, cm
growth-height = Height, cm
growth-muac = Arm (MUAC), cm
growth-lying = lying
growth-standing = standing
growth-oedema = Swelling of both feet (oedema)
growth-breastfed = Breastfed?
growth-yes = Yes
growth-no = No
growth-on = Measured on
growth-unreadable = Type a number like 7.35
growth-save = Save
growth-undo = Undo this measurement
growth-saved = The measurement is saved.
growth-of-saved = Saved: { $figures }
growth-withdrawn = The measurement is taken back.
growth-chart-weight = Weight by age
growth-chart-height = Length or height by age
growth-chart-thin = Weight by length
growth-diet = Diet plan
growth-list = All measurements
growth-no-chart = There is no chart.
growth-no-chart-next = WHO has lines for girls and for boys, up to 10 or 19 years.
growth-lines-about = 0 is the middle of healthy children; below -2 SD is too little, below -3 SD severe
growth-axis-months = Age in months
growth-axis-kg = kg
growth-axis-cm = cm
growth-none = Nothing is measured yet.
growth-none-next = Type the weight, the length and the arm at the left.
growth-take-back = Take back
growth-take-back-why = Why is it wrong?
growth-taken-back = { $figures }, taken back: { $reason }
growth-found = { $of }: { $class }
growth-impossible = { $of }: nearly impossible, measure again
growth-sure = Is this right: { $figures }? Measure again. If it is right, press Enter again to save it.
growth-found-z = { $of }: { $class } ({ $z } SD)
growth-of-wasting = Thinness
growth-of-weight = Weight
growth-of-length = Length or height
growth-of-arm = Arm
growth-of-head = Head
growth-of-overweight = Overweight
growth-kg = { $n } kg
growth-cm-lying = { $n } cm lying
growth-cm-standing = { $n } cm standing
growth-cm-muac = arm { $n } cm
growth-oedema-found = swelling of both feet
growth-diet-too-old = There is no diet plan for this age.
growth-diet-food-unknown = Nobody has asked what the family eats, so these are foods that everybody eats. Write it under “Family and history”.
growth-diet-region-unknown = Foods of the region are shown when the Admin has chosen the region in Settings.
growth-diet-breastfed-assumed = Nobody has said whether the child is breastfed: taken as yes.
grown-normal = normal
grown-none = none
grown-underweight = too low
grown-severely-underweight = far too low
grown-stunted = stunted
grown-severely-stunted = severely stunted
grown-mam = moderate (MAM)
grown-sam = severe (SAM)
grown-overweight = yes
grown-obese = obese
grown-thin = thin
grown-severely-thin = severely thin

# Adverse events
aefi-title = Adverse events after vaccination
aefi-form-title = Report of an adverse event
aefi-none = No adverse event is reported.
aefi-none-next = Report fever over 102 °F, a bad swelling, anything that needed a doctor.
aefi-none-worker = A PHC Worker of the child reports it.
aefi-none-doses = No dose of this child is written down yet: record it first.
aefi-new = New report
aefi-open = Open
aefi-save = Save the report
aefi-missing-class = Choose first how bad it was.
aefi-missing-onset = Still to write: the day of the first sign.
aefi-missing-outcome = Still to choose: how the child is.
aefi-missing-readable = A day or a time cannot be read.
aefi-saved = The report is saved. Tell the medical officer at once when it is severe or serious.
aefi-withdraw = Not this child's
aefi-withdraw-about = The report leaves all lists and counts. The history keeps it, with your reason.
aefi-withdraw-yes = Take the report back
aefi-withdrawn = The report is taken back.
aefi-class-minor-about = Fever, pain, rash
aefi-class-severe-about = Needed treatment, no hospital stay
aefi-class-serious-about = Hospital, death, disability, several children, public concern
aefi-outcome = How is the child?
aefi-doses = Which doses came before it?
aefi-dose-time = Given at
aefi-diluent = Batch of the diluent
aefi-time-unreadable = Type a time like 14:30
aefi-onset = First sign on
aefi-onset-time = At
aefi-description = What happened?
aefi-hospital = Hospital, if the child stayed in one
aefi-admitted = Admitted on
aefi-died = Died on
aefi-past = Reactions to earlier doses
aefi-told-by = Who told of it?
aefi-case-id = Case number of the district
aefi-cluster = More children of the same session or batch are ill
aefi-from-records = From the records
aefi-batch = batch { $batch }
aefi-expires = expires { $day }
aefi-dose-taken-back = corrected or withdrawn since
aefi-crf-due = The reporting form must be at the district by { $day }
aefi-cif-due = The investigation ends by { $day }
paper-reissue = Issue { $n } for this child. The first one was issued on { $day }.
