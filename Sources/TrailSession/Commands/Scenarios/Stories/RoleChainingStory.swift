extension StoryTexts {
  static let roleChaining = #"""
    title Through three accounts
    brief In account {third} there is a user that the team there did not make. Its maker is a session of the role \
      {end}, \
      which only another of our accounts may take. Find out where it began, and stop it there.
    let dev = person
    let admin = person
    let neighbour = person
    let deployer = robot ci-deploy, release-bot
    let second = account
    let third = account
    let middle = role Delivery, SharedServices, Artifacts
    let end = role BackupOperator, NetworkAdmin, Housekeeping
    let sessionone = pick s1, temp, sync, aws-go-sdk
    let sessiontwo = pick botocore-session, job-7, run
    let planted = user svc-archive, svc-mirror, svc-dns
    let thief = stranger
    let tool = agent go, scanner
    let key = key of dev
    scene define account {second}
    scene define account {third}
    scene define role {middle} account {second} trusts {me}
    scene define role {end} account {third} trusts {second}

    aside -9h The pipeline takes the first of these roles
      tell One account further, to publish; from its own address, and no further.
      call sts:AssumeRole roleArn=arn:aws:iam::{second}:role/{middle} roleSessionName=publish as {deployer} \
        from {deployer.desk} agent "{deployer.agent}"
      keep usual = Credentials.AccessKeyId
      wait 5s-20s
      repeat 4 every 2s-9s ecr:GetAuthorizationToken as {usual} from {deployer.desk} agent "{deployer.agent}"
      find events where name=AssumeRole and role={middle} and ok | count by user, ip
    aside -5h {admin} takes it as well
      call sts:AssumeRole roleArn=arn:aws:iam::{second}:role/{middle} roleSessionName={admin} as {admin} \
        from {admin.desk} agent "{admin.agent}"
      keep theirs = Credentials.AccessKeyId
      wait 1m-4m
      repeat 3 every 20s-2m ecr:DescribeRepositories as {theirs} from {admin.desk} agent "{admin.agent}"

    step A key in the first account
      call sts:GetCallerIdentity as {key} from {thief} agent "{tool}"
      mark began
      wait 20s-60s
      call iam:ListRoles as {key} from {thief} agent "{tool}" error AccessDenied
      wait 20s-60s
      call sts:AssumeRole roleArn=arn:aws:iam::{third}:role/{end} roleSessionName={sessionone} as {key} from {thief} \
        agent "{tool}" error AccessDenied
      find events where key={key} | count by ip, tool
    step A role in the second
      wait 1m-3m
      call sts:AssumeRole roleArn=arn:aws:iam::{second}:role/{middle} roleSessionName={sessionone} as {key} from \
        {thief} \
        agent "{tool}"
      keep one = Credentials.AccessKeyId
      wait 30s-90s
      call iam:ListRoles as {one} from {thief} agent "{tool}"
      find events where key={key} and name=AssumeRole | follow
    step A role in the third
      wait 2m-6m
      call sts:AssumeRole roleArn=arn:aws:iam::{third}:role/{end} roleSessionName={sessiontwo} as {one} from {thief} \
        agent "{tool}"
      keep two = Credentials.AccessKeyId
      wait 20s-60s
      call s3:ListBuckets as {two} from {thief} agent "{tool}"
      wait 20s-60s
      call rds:DescribeDBSnapshots as {two} from {thief} agent "{tool}"
      find events where name=AssumeRole and type=AssumedRole
    step Something that stays
      wait 1m-3m
      call iam:CreateUser userName={planted} as {two} from {thief} agent "{tool}"
      wait 5s-20s
      call iam:AttachUserPolicy userName={planted} policyArn=arn:aws:iam::aws:policy/AdministratorAccess as {two} \
        from {thief} agent "{tool}"
      wait 5s-20s
      call iam:CreateAccessKey userName={planted} as {two} from {thief} agent "{tool}"
      keep planted.key = AccessKey.AccessKeyId
      find events where name=CreateUser and account={third} | backtrace

    ask made who {planted}
      say Which user was made in account {third}?
      way events where name=CreateUser and account={third} | select time, who, req.userName
    ask session key {two}
      say With which temporary credentials was it made?
      hint The same event says which key signed the call.
      way events where name=CreateUser and account={third} | select time, key
    ask as who {second}/{middle}/{sessionone}
      say Which role, or session of it, had passed them on, in account {second}?
      hint Those credentials were issued by AssumeRole. Who called it?
      way events where name=AssumeRole and newkey={two} | select time, who, key
      why Taking a role with a role's credentials is role chaining.
    ask who who {dev}
      say And with which user did it all begin?
      hint One step further back, or all steps at once: backtrace.
      way events where name=CreateUser and account={third} | backtrace
      why {dev}'s key took the first role.
    ask when when {began}
      say When was that user's key first used from the stranger's address?
      way events where key={key} and ip={thief} | limit 1
    ask key key {planted.key}
      say Which access key was left behind?
      way events where name=CreateAccessKey and account={third} | select time, newkey
    """#
}
