extension StoryTexts {
  static let consoleTakeover = #"""
    title Signed in elsewhere
    brief Three people told the help desk this week that the console would not let them in. Two had forgotten their \
      passwords. The third is sure to have typed the right one. Find out whose console session is somebody else's, \
      and \
      who can sign in now that could not before.
    let owner = person
    let forgetful = person
    let neighbour = person
    let sleeper = robot reporting, billing-export, legacy-sync, warehouse
    let thief = stranger
    let browser = agent browser

    aside -8h {forgetful} has forgotten the password
      tell Two failures from the usual desk, then success with MFA: this happens every week.
      repeat 2 every 20s-50s signin:ConsoleLogin as {forgetful} from {forgetful.desk} fails
      wait 40s-2m
      call signin:ConsoleLogin as {forgetful} from {forgetful.desk} mfa
      find events where login and user={forgetful} | timeline
    aside -5h {neighbour} mistypes once
      call signin:ConsoleLogin as {neighbour} from {neighbour.home} fails
      wait 30s-60s
      call signin:ConsoleLogin as {neighbour} from {neighbour.home} mfa

    step Passwords are tried
      tell Names that do not exist leave HIDDEN_DUE_TO_SECURITY_REASONS; a name that does stays readable.
      repeat 3-6 every 5s-20s signin:ConsoleLogin as nobody-{n} from {thief} agent "{browser}" fails
      wait 20s-60s
      repeat 14-30 as tries every 6s-25s signin:ConsoleLogin as {owner} from {thief} agent "{browser}" fails
      find events where login and failed | count by user, ip
      find events where login and failed | burst 10 in 10m by ip
    step One is right
      tell No MFA was asked for.
      wait 10s-40s
      call signin:ConsoleLogin as {owner} from {thief} agent "{browser}"
      mark began
      find events where (login and failed) x5 then (login and ok) within 15m by user, ip
      find events where login and ok and not mfa
    step The console is looked through
      wait 40s-2m
      call iam:GetAccountSummary as {owner} console from {thief} agent "{browser}"
      wait 10s-30s
      call iam:ListUsers as {owner} console from {thief} agent "{browser}"
      wait 30s-90s
      call iam:DeactivateMFADevice userName={forgetful} serialNumber=arn:aws:iam::{me}:mfa/{forgetful} \
        as {owner} console from {thief} agent "{browser}" error AccessDenied
      wait 1m-3m
      call iam:GetLoginProfile userName={sleeper} as {owner} console from {thief} agent "{browser}"
      find events where console and ip={thief} | count by name, error
    step A program gets a password
      tell {sleeper} is a program's user and never had one. Now somebody can sign in as it.
      wait 20s-80s
      call iam:CreateLoginProfile userName={sleeper} passwordResetRequired=false \
        as {owner} console from {thief} agent "{browser}"
      mark armed
      wait 12m-25m
      call signin:ConsoleLogin as {sleeper} from {thief} agent "{browser}"
      wait 40s-2m
      call s3:ListBuckets as {sleeper} console from {thief} agent "{browser}"
      find events where name=CreateLoginProfile then login within 1h by ip

    ask who who {owner}
      say Whose password was guessed?
      hint Many failures, then a success, from one address.
      way events where (login and failed) x5 then (login and ok) within 15m by user, ip
      why Two slips of the finger are human; this was not.
    ask when when {began}
      say When did the stranger get in?
      hint The sign-in that worked, without MFA.
      way events where login and ok and not mfa and user={owner}
      why Everybody else here signs in with MFA.
    ask from address {thief}
      say From which address?
      way events where login and failed | count by user, ip
      why The office and people's homes have few failures each.
    ask tries number {tries}
      say How many times was that user's sign-in refused, from that address?
      hint Failures that carry the user's name, not those of names that do not exist.
      way events where login and failed and user={owner} and ip={thief} | count
      why Names that do not exist are hidden in the records, so they are not counted here.
    ask made who {sleeper}
      say Which other user can be signed in as now?
      hint Something was created for it: a console password is a login profile.
      way events where name=CreateLoginProfile | select time, user, ip, req.userName
      why A program's user needs no password; and it signed in soon after.
    """#
}
