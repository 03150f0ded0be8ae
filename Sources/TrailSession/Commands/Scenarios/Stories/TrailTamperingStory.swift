extension StoryTexts {
  static let trailTampering = #"""
    title A quiet hour
    brief Every month the auditors count the data events of s3://{vault}. On one of the last days they are fewer \
      than on \
      the others, although the nightly copy ran as always. Find out what CloudTrail did not see, and who saw to that.
    hours 9-21
    let insider = person
    let admin = person
    let neighbour = person
    let copier = robot vault-copy, archive-sync
    let vault = fresh contracts, personnel-files, board-papers
    let logs = fresh audit-logs
    let trail = fresh audit
    let spare = fresh sandbox
    let sparelogs = fresh sandbox-logs
    let role = role BreakGlass, PlatformAdmin, EmergencyOps
    let session = pick s3-maintenance, log-rotation, cost-report
    scene define bucket {vault}
    scene define bucket {logs}
    scene define bucket {sparelogs}
    scene define role {role}
    scene simulate s3:PutObject bucketName={vault} key=a/{n}.pdf as {copier} x 40
    scene define trail {trail} to s3://{logs} validate
    scene define trail {spare} to s3://{sparelogs}
    scene select {trail} data s3 "arn:aws:s3:::{vault}/"

    aside -2h The copy of the vault
      tell It reads all day, every few minutes, and so its own silence tells.
      repeat 60-70 every 3m-5m s3:GetObject bucketName={vault} key=a/1.pdf as {copier} from {copier.desk} \
        agent "{copier.agent}"
      find events where bucket={vault} and data | gaps over 12m
    aside -3h {admin} moves the sandbox trail
      tell Another trail, stopped for two minutes from the office, and started again.
      call cloudtrail:StopLogging name={spare} as {admin} from {admin.desk} agent "{admin.agent}"
      wait 60s-2m
      call cloudtrail:StartLogging name={spare} as {admin} from {admin.desk} agent "{admin.agent}"
      find events where name in (StopLogging, StartLogging) and trail={spare}

    step A role for emergencies
      tell {insider} takes the role from home. The session's name sounds dull.
      call sts:AssumeRole roleArn=arn:aws:iam::{me}:role/{role} roleSessionName={session} \
        as {insider} from {insider.home} agent "{insider.agent}"
      keep lent = Credentials.AccessKeyId
      wait 1m-3m
      call cloudtrail:DescribeTrails as {lent} from {insider.home} agent "{insider.agent}"
      wait 20s-60s
      call cloudtrail:GetTrailStatus name={trail} as {lent} from {insider.home} agent "{insider.agent}"
      wait 30s-60s
      call cloudtrail:DeleteTrail name={trail} as {lent} from {insider.home} agent "{insider.agent}" error \
        AccessDenied
      find events where role={role} | timeline
    step The trail stops
      wait 40s-90s
      call cloudtrail:StopLogging name={trail} as {lent} from {insider.home} agent "{insider.agent}"
      mark stopped
      find events where name=StopLogging then name=StartLogging within 2h by trail
    step What nobody recorded
      tell Objects are data events, and only this trail records them: `calls` knows of them, `events` does not.
      wait 2m-4m
      call s3:ListObjectsV2 bucketName={vault} as {lent} from {insider.home} agent "{insider.agent}"
      wait 5s-20s
      repeat 35 every 5s-40s s3:GetObject bucketName={vault} key=a/{n}.pdf as {lent} from {insider.home} \
        agent "{insider.agent}"
      find calls where role={role} and data | count by name
    step The trail starts again
      wait 4m-9m
      call cloudtrail:StartLogging name={trail} as {lent} from {insider.home} agent "{insider.agent}"
      mark started
      wait 5m-9m
      call sts:GetCallerIdentity as {lent} from {insider.home} agent "{insider.agent}"
      find events where name=StopLogging | backtrace

    ask trail name {trail}
      say Which trail was switched off, so that reads of the vault were lost?
      hint Two trails were stopped. Only one of them records data events of the vault.
      way events where name in (StopLogging, StartLogging) | select time, name, trail, user, ip
      why {spare} was stopped too, for two minutes, and records no objects.
    ask when when {stopped}
      say When was it stopped?
      way events where name=StopLogging then name=StartLogging within 2h by trail
      way events where bucket={vault} and data | gaps over 12m
      why The copy of the vault reads every few minutes, except then.
    ask until when {started}
      say When was it started again?
      hint Sequences show both ends.
      way events where name=StartLogging and trail={trail} | sort time desc | limit 1
    ask as who {role}/{session}
      say Which role, or session of it, stopped it?
      way events where name=StopLogging and trail={trail} | select time, who, key, ip
    ask who who {insider}
      say And who is behind that session?
      hint Somebody took the role: whose call issued the session's key?
      way events where name=StopLogging | backtrace
      why The session's key was issued to {insider}.
    """#
}
