extension StoryTexts {
  static let newUser = #"""
    title One user too many
    brief The quarterly review of IAM users ends one line too long: there is a service user that no team knows. \
      Its name \
      looks like all the others. Find out who made it, which key it was given, and from where that key is used.
    let admin = person
    let culprit = person
    let neighbour = person
    let joiner = user anton, bruno, clara, doris
    let pipeline = user svc-build, svc-images, svc-catalogue
    let planted = user svc-backup, svc-metrics, svc-mailer, svc-replica
    let thief = stranger
    let lair = stranger
    let browser = agent browser
    let tool = agent go, python

    aside -10h Somebody joins
      tell {admin} makes a user for a person, with a password and no key.
      call iam:CreateUser userName={joiner} as {admin} console mfa from {admin.desk}
      wait 20s-60s
      call iam:CreateLoginProfile userName={joiner} passwordResetRequired=true as {admin} console mfa from \
        {admin.desk}
      wait 20s-60s
      call iam:AttachUserPolicy userName={joiner} policyArn=arn:aws:iam::aws:policy/ReadOnlyAccess \
        as {admin} console mfa from {admin.desk}
      find events where about "{joiner}"
    aside -6h A pipeline gets a user
      tell A service user with a key: made from the office, and used from the office.
      call iam:CreateUser userName={pipeline} as {admin} from {admin.desk} agent "{admin.agent}"
      wait 2s-9s
      call iam:CreateAccessKey userName={pipeline} as {admin} from {admin.desk} agent "{admin.agent}"
      keep buildkey = AccessKey.AccessKeyId
      wait 2s-9s
      call iam:AttachUserPolicy userName={pipeline} \
        policyArn=arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser \
        as {admin} from {admin.desk} agent "{admin.agent}"
      wait 10m-30m
      repeat 3 every 1m-4m ecr:GetAuthorizationToken as {buildkey} from {admin.desk}
      find events where name=CreateAccessKey and newkey={buildkey} | follow

    step A console session that is not {culprit}'s
      tell The session was stolen: it has MFA, and it comes from an address where {culprit} never was.
      call iam:ListUsers as {culprit} console mfa from {thief} agent "{browser}"
      wait 20s-60s
      call iam:CreateAccessKey userName={admin} as {culprit} console mfa from {thief} agent "{browser}" error \
        AccessDenied
      wait 40s-2m
      call iam:ListPolicies as {culprit} console mfa from {thief} agent "{browser}"
      find events where user={culprit} | count by ip, via
    step A user like all the others
      wait 1m-3m
      call iam:CreateUser userName={planted} as {culprit} console mfa from {thief} agent "{browser}"
      mark born
      wait 10s-40s
      call iam:AttachUserPolicy userName={planted} policyArn=arn:aws:iam::aws:policy/AdministratorAccess \
        as {culprit} console mfa from {thief} agent "{browser}"
      wait 10s-40s
      call iam:CreateAccessKey userName={planted} as {culprit} console mfa from {thief} agent "{browser}"
      keep planted.key = AccessKey.AccessKeyId
      find events where name=CreateUser as u then name=CreateAccessKey within 10m by who
      find events where about "{planted}"
    step The key is used from somewhere else
      tell Hours later, from another address. What was done before can be cleaned up: this stays.
      wait 3h-5h
      call sts:GetCallerIdentity as {planted.key} from {lair} agent "{tool}"
      wait 1m-4m
      repeat 6 every 20s-2m s3:ListBuckets as {planted.key} from {lair} agent "{tool}"
      wait 1m-3m
      call organizations:ListAccounts as {planted.key} from {lair} agent "{tool}" error AccessDeniedException
      find events where name=CreateAccessKey as k then key=k.newkey and ip != k.ip within 1d | select time, \
        k.user, ip, key

    ask made who {planted}
      say Which user is it that nobody knows?
      hint Three users were made. Who made each, and from where?
      way events where name=CreateUser and ok | select time, user, ip, req.userName
      why Two were made from the office by the one who makes users.
    ask who who {culprit}
      say In whose name was it made?
      hint The same call says it.
      way events where name=CreateUser and about "{planted}"
      why It was a session of {culprit}, from an address that {culprit} had never called from.
    ask when when {born}
      say When was it made?
      way events where name=CreateUser and about "{planted}" | select time, user
    ask key key {planted.key}
      say Which access key was made for it?
      hint The call that makes a key has it in its answer.
      way events where name=CreateAccessKey and about "{planted}" | select time, newkey
    ask from address {lair}
      say From which address is that key used?
      hint Not from where it was made.
      way events where key={planted.key} | count by ip
      way events where name=CreateAccessKey as k then key=k.newkey and ip != k.ip within 1d | select ip, key
      why Keys that are used elsewhere than where they were made deserve a look.
    """#
}
