extension StoryTexts {
  static let leakedKey = #"""
    title The key that was in two places
    brief The cost team asks who works in {spot}: a few calls were made there, and nobody of ours uses that \
      Region. The \
      calls were signed with one of our own access keys. Find out whose it is, since when somebody else has it, and \
      what they could still use once the key is switched off.
    let owner = person
    let colleague = person
    let neighbour = person
    let thief = stranger
    let tool = agent old, scanner
    let spot = pick eu-north-1, ap-south-1, sa-east-1
    let key = key of owner

    aside -9h {colleague} makes a second key
      tell Keys are rotated here. This one is made from the office by the user whose key it is, and used there.
      call iam:CreateAccessKey userName={colleague} as {colleague} from {colleague.desk} mfa
      keep rotated = AccessKey.AccessKeyId
      wait 3m-8m
      call sts:GetCallerIdentity as {rotated} from {colleague.desk} agent "{colleague.agent}"
      find events where name=CreateAccessKey and newkey={rotated}
    aside -7h {owner} works from home
      tell Another address, but the client that {owner} always has, and the calls that {owner} always makes.
      call s3:ListBuckets as {owner} from {owner.home} agent "{owner.agent}"
      wait 1m-4m
      call ec2:DescribeInstances as {owner} from {owner.home} agent "{owner.agent}"
      find events where user={owner} | count by ip, tool

    step The key is tried
      tell Whoever finds a key asks first whom it belongs to. GetCallerIdentity cannot be refused.
      call sts:GetCallerIdentity as {key} from {thief} agent "{tool}"
      mark began
      wait 20s-70s
      call iam:ListAttachedUserPolicies userName={owner} as {key} from {thief} agent "{tool}"
      wait 10s-40s
      call iam:ListUsers as {key} from {thief} agent "{tool}" error AccessDenied
      find events where key={key} | count by ip, tool
    step What can be had with it
      tell They look around, in a Region where nobody looks, and are refused what matters.
      wait 2m-5m
      call s3:ListBuckets as {key} from {thief} agent "{tool}"
      wait 30s-90s
      call ec2:DescribeInstances as {key} from {thief} agent "{tool}" in {spot}
      wait 10s-30s
      repeat 3 every 10s-40s ec2:DescribeSnapshots as {key} from {thief} agent "{tool}" in {spot}
      wait 40s-90s
      call secretsmanager:GetSecretValue secretId=prod/database as {key} from {thief} agent "{tool}" error \
        AccessDenied
      wait 30s-80s
      call iam:CreateAccessKey userName={owner} as {key} from {thief} agent "{tool}" error AccessDenied
      find events where key={key} and ip={thief} and denied
    step Something that outlives the key
      tell GetSessionToken issues temporary credentials that hold for hours, whatever becomes of the key itself.
      wait 2m-6m
      call sts:GetSessionToken durationSeconds=129600 as {key} from {thief} agent "{tool}"
      keep session = Credentials.AccessKeyId
      wait 4m-9m
      repeat 4 every 20s-90s ec2:DescribeInstances as {session} from {thief} agent "{tool}" in {spot}
      find events where key={key} and newkey exists | follow

    ask who who {owner}
      say Whose access key do the strangers have?
      hint Only a few calls were made in that Region.
      hint events where region={spot} | count by user, key, ip
      way events where region={spot} | count by user, key, ip
      why Nobody else calls there: the user is {owner}.
    ask key key {key}
      say Which access key is it?
      hint There is a permanent one and a temporary one: which was there first?
      way events where region={spot} and key="AKIA*"
      why Keys that begin with AKIA are those of IAM users; ASIA… are temporary.
    ask from address {thief}
      say From which address do they use it?
      hint Compare the addresses and clients of the key's calls: people change places more often than programs.
      way events where key={key} | count by ip, tool
      why {owner} works at {owner.desk}, sometimes at {owner.home}, and always with the same client.
    ask when when {began}
      say When did they first use it?
      hint The first call is one that anybody may make.
      way events where key={key} and ip={thief} | limit 1
      why GetCallerIdentity tells the finder of a key whose it is.
    ask made key {session}
      say Which credentials would still hold if the key were switched off at once?
      hint Look for a call whose answer holds a key.
      way events where key={key} and ip={thief} and newkey exists | select time, name, newkey
      why GetSessionToken's credentials hold until they expire.
      way events where key={key} and newkey exists | follow
      why The tree shows what was done with them.
    """#
}
