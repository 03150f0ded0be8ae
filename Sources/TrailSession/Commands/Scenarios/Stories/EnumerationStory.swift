extension StoryTexts {
  static let enumeration = #"""
    title Knocking at every door
    brief An alarm on refused calls went off and was closed as noise: "the auditors' scanner again". The auditors \
      say that \
      theirs has leave to read everything. Find out who was refused so often, and what was not refused.
    let vendor = robot monitoring-vendor, uptime-probe, invoice-reader
    let auditor = robot posture-scanner, audit-reader
    let clumsy = person
    let neighbour = person
    let thief = stranger
    let tool = agent scanner
    let secret = pick prod/payments, prod/ledger, shared/smtp
    let other = pick prod/signing, prod/partners
    scene simulate secretsmanager:CreateSecret name={secret} secretString=x
    scene simulate secretsmanager:CreateSecret name={other} secretString=x

    aside -9h The auditors' scanner
      tell Hundreds of reads in minutes, and none refused.
      repeat 12 every 1s-2s ec2:DescribeSecurityGroups as {auditor} from {auditor.desk} agent "{auditor.agent}"
      repeat 12 every 1s-2s iam:ListUserPolicies userName={vendor} as {auditor} from {auditor.desk} agent \
        "{auditor.agent}"
      repeat 12 every 1s-2s s3:GetBucketPolicyStatus bucketName=shared-{n} as {auditor} from {auditor.desk} \
        agent "{auditor.agent}"
      repeat 12 every 1s-2s kms:ListKeys as {auditor} from {auditor.desk} agent "{auditor.agent}"
      find events where user={auditor} | count, distinct name by ip
    aside -5h {clumsy} has the wrong role
      tell The same call again and again: a person who does not read the message.
      repeat 6 every 20s-70s rds:ModifyDBInstance dBInstanceIdentifier=orders as {clumsy} from {clumsy.desk} \
        agent "{clumsy.agent}" error AccessDenied
      find events where denied | count, distinct name by user
    aside -26h What {vendor} does every day
      repeat 10 every 10m-15m cloudwatch:GetMetricData metricDataQueries=[] startTime=2026-01-01 endTime=2026-01-02 \
        as {vendor} from {vendor.desk} agent "{vendor.agent}"

    step One call of everything
      tell Within minutes, operations of many services in the order of somebody's list; nearly all are refused.
      call sts:GetCallerIdentity as {vendor} from {thief} agent "{tool}"
      mark began
      wait 1s-3s
      repeat 9-14 every 1s-2s iam:ListUsers as {vendor} from {thief} agent "{tool}" error AccessDenied
      repeat 6-9 every 1s-2s iam:GetAccountAuthorizationDetails as {vendor} from {thief} agent "{tool}" error \
        AccessDenied
      repeat 5-9 every 1s-2s s3:ListBuckets as {vendor} from {thief} agent "{tool}" error AccessDenied
      repeat 8-12 every 1s-2s ec2:DescribeInstances as {vendor} from {thief} agent "{tool}" error \
        Client.UnauthorizedOperation
      repeat 5-8 every 1s-2s lambda:ListFunctions as {vendor} from {thief} agent "{tool}" error AccessDeniedException
      repeat 4-7 every 1s-2s kms:ListKeys as {vendor} from {thief} agent "{tool}" error AccessDeniedException
      repeat 3-6 every 1s-2s dynamodb:ListTables as {vendor} from {thief} agent "{tool}" error AccessDeniedException
      repeat 3-6 every 1s-2s rds:DescribeDBInstances as {vendor} from {thief} agent "{tool}" error AccessDenied
      repeat 3-5 every 1s-2s organizations:ListAccounts as {vendor} from {thief} agent "{tool}" error \
        AccessDeniedException
      find events where denied | count, distinct name, distinct service by user, ip
      find events where denied | burst 20 in 5m by user
    step One door is open
      wait 3s-9s
      call secretsmanager:ListSecrets as {vendor} from {thief} agent "{tool}"
      wait 4s-9s
      call secretsmanager:GetSecretValue secretId={other} as {vendor} from {thief} agent "{tool}" \
        error AccessDeniedException
      wait 2s-6s
      call secretsmanager:GetSecretValue secretId={secret} as {vendor} from {thief} agent "{tool}"
      mark opened
      find events where user={vendor} and ip={thief} and ok | timeline

    ask who who {vendor}
      say Who was refused at so many different doors?
      hint Count different operations, not refusals.
      way events where denied | count, distinct name by user, ip
      why {clumsy} was refused often, and always at the same door.
    ask from address {thief}
      say From which address?
      way events where denied | burst 20 in 5m by user, ip
    ask when when {began}
      say When did it begin, with a call that is never refused?
      hint Look at the same address just before the first refusal.
      way events where user={vendor} and ip={thief} | limit 1
      why GetCallerIdentity needs no permission.
    ask got name {secret}
      say Which secret was read in the end?
      hint Not all of these calls were refused.
      way events where user={vendor} and ip={thief} and ok | select time, name, req.secretId
    ask opened when {opened}
      say And when?
      way events where name=GetSecretValue and ok and ip={thief}
    """#
}
