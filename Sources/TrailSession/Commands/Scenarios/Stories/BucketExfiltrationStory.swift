extension StoryTexts {
  static let bucketExfiltration = #"""
    title Customers, by the hundred
    brief A sample of our customers' data is for sale, and it is real: the rows are those of s3://{vault}. The \
      bucket is \
      not public, and its policy is as it was. A trail records what is read there. Find out who took the data, with \
      which credentials and how much of it.
    let clerk = person
    let neighbour = person
    let copier = robot nightly-copy, backup-agent
    let vault = fresh customer-exports, crm-dump, members
    let logs = fresh audit-logs
    let trail = fresh audit
    let role = role web-frontend, checkout-api, image-service
    let machine = hex 17
    let app = stranger
    let thief = stranger
    let tool = agent scanner, go, old
    scene define bucket {vault}
    scene define bucket {logs}
    scene define role {role} trusts ec2.amazonaws.com
    scene simulate s3:PutObject bucketName={vault} key=customers/part-{n}.parquet as {clerk} x 400
    scene define trail {trail} to s3://{logs}
    scene select {trail} data s3 "arn:aws:s3:::{vault}/"

    aside -7h The nightly copy
      tell It reads many objects, from its own address with its own key, every night.
      repeat 90-140 every 1s-3s s3:GetObject bucketName={vault} key=customers/part-{n}.parquet as {copier} \
        from {copier.desk} agent "{copier.agent}"
      find events where bucket={vault} and name=GetObject | count by user, ip
    aside -3h {clerk} looks something up
      repeat 8 every 20s-3m s3:GetObject bucketName={vault} key=customers/part-{n}.parquet as {clerk} from \
        {clerk.desk} \
        agent "{clerk.agent}"

    step The machine takes its credentials
      tell As it does every hour: EC2 hands the role's credentials to the machine.
      call sts:AssumeRole roleArn=arn:aws:iam::{me}:role/{role} roleSessionName=i-{machine} as ec2.amazonaws.com
      keep lent = Credentials.AccessKeyId
      wait 40s-2m
      repeat 5 every 20s-80s s3:GetObject bucketName={vault} key=customers/part-{n}.parquet as {lent} from {app} \
        agent "aws-sdk-java/2.34.0 ua/2.1 os/Linux#6.1 lang/java#21.0.8"
      find events where key={lent} | count by ip, tool
    step They leave the machine
      tell The same key, from another address and another client: a machine does not travel.
      wait 2m-5m
      call sts:GetCallerIdentity as {lent} from {thief} agent "{tool}"
      mark began
      wait 10s-40s
      call s3:ListBuckets as {lent} from {thief} agent "{tool}"
      wait 10s-30s
      call iam:ListRoles as {lent} from {thief} agent "{tool}" error AccessDenied
      wait 10s-30s
      call s3:ListObjectsV2 bucketName={vault} as {lent} from {thief} agent "{tool}"
      find events where key="ASIA*" | new ip per key baseline 1h
    step The objects go
      wait 20s-60s
      repeat 180-300 as taken every 1s-3s s3:GetObject bucketName={vault} key=customers/part-{n}.parquet \
        as {lent} from {thief} agent "{tool}"
      wait 10s-40s
      call s3:DeleteObject bucketName={vault} key=customers/part-1.parquet as {lent} from {thief} agent "{tool}" \
        error AccessDenied
      find events where bucket={vault} and name=GetObject | burst 100 in 5m by key, ip

    ask role who {role}/i-{machine}
      say Whose credentials took the data: which role, or session of it?
      hint Three parties read many objects. Which of them read from two addresses?
      way events where bucket={vault} and name=GetObject | count, distinct ip by user
      why A machine has one address.
    ask key key {lent}
      say Which access key is it?
      way events where bucket={vault} and name=GetObject and type=AssumedRole | count by key, ip
    ask from address {thief}
      say To which address did the data go?
      hint The machine's own address is the one where the key was first used.
      way events where key={lent} | count by ip, tool
    ask when when {began}
      say When was that key first used away from its machine?
      hint Before the first object was read, somebody asked whose key it is.
      way events where key={lent} and ip={thief} | limit 1
    ask count number {taken}
      say How many objects were read from there?
      way events where key={lent} and ip={thief} and name=GetObject and ok | count
    """#
}
