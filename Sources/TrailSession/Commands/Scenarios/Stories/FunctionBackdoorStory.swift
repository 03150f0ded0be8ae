extension StoryTexts {
  static let functionBackdoor = #"""
    title The function that calls back
    brief A user of IAM has two access keys, and says that one of them is enough. The second was made by a \
      Lambda \
      function, of all things. Find out since when the function does that, and for whom.
    let dev = person
    let admin = person
    let neighbour = person
    let deployer = robot ci-deploy, release-bot
    let puppet = robot orders-sync, price-import, stock-feed
    let function = fresh thumbnails, send-mail, order-events
    let second = fresh clean-up, daily-report
    let role = role function-runner, lambda-basic, events-worker
    let foreign = account
    let thief = stranger
    let relay = stranger
    let lair = stranger
    let tool = agent go, scanner
    let key = key of dev
    scene define role {role} trusts lambda.amazonaws.com
    scene define function {function} role {role}
    scene define function {second} role {role}

    aside -20h A release
      tell Both functions get new code, from the pipeline, as every day.
      call lambda:UpdateFunctionCode functionName={function} s3Bucket=releases s3Key=a.zip as {deployer} \
        from {deployer.desk} agent "{deployer.agent}"
      wait 3s-9s
      call lambda:UpdateFunctionCode functionName={second} s3Bucket=releases s3Key=b.zip as {deployer} \
        from {deployer.desk} agent "{deployer.agent}"
      wait 3s-9s
      call lambda:AddPermission functionName={second} statementId=timer action=lambda:InvokeFunction \
        principal=events.amazonaws.com as {deployer} from {deployer.desk} agent "{deployer.agent}"
      find events where name="UpdateFunctionCode*" | count by user, ip
    aside -12h The function at work
      call sts:AssumeRole roleArn=arn:aws:iam::{me}:role/{role} roleSessionName={second} as lambda.amazonaws.com
      keep usual = Credentials.AccessKeyId
      wait 2s-5s
      call logs:CreateLogStream logGroupName=/aws/lambda/{second} logStreamName=2026/{n} as {usual} from {relay}

    step A developer's key is used elsewhere
      call sts:GetCallerIdentity as {key} from {thief} agent "{tool}"
      mark began
      wait 20s-60s
      call iam:CreateAccessKey userName={puppet} as {key} from {thief} agent "{tool}" error AccessDenied
      wait 30s-90s
      call lambda:ListFunctions as {key} from {thief} agent "{tool}"
      wait 10s-40s
      call lambda:GetFunction functionName={function} as {key} from {thief} agent "{tool}"
      wait 10s-40s
      call iam:GetRole roleName={role} as {key} from {thief} agent "{tool}"
      find events where key={key} | count by ip, tool
    step The function learns something new
      tell What {dev} may not do, the function's role may.
      wait 6m-15m
      call lambda:UpdateFunctionCode functionName={function} zipFile=UEsDBA== as {key} from {thief} agent "{tool}"
      mark changed
      find events where name="UpdateFunctionCode*" | rare user
    step A door is left open
      wait 30s-90s
      call lambda:AddPermission functionName={function} statementId=x action=lambda:InvokeFunction \
        principal={foreign} \
        as {key} from {thief} agent "{tool}"
      find events where name="AddPermission*" | select time, user, req.functionName, req.principal
    step The function makes a key
      tell Lambda hands the role's credentials to the function; with them it calls IAM.
      wait 50m-2h
      call sts:AssumeRole roleArn=arn:aws:iam::{me}:role/{role} roleSessionName={function} as lambda.amazonaws.com
      keep lent = Credentials.AccessKeyId
      wait 1s-3s
      call iam:CreateAccessKey userName={puppet} as {lent} from {relay}
      keep planted = AccessKey.AccessKeyId
      mark born
      find events where name=CreateAccessKey | backtrace
    step The key is used
      wait 20m-50m
      call sts:GetCallerIdentity as {planted} from {lair} agent "{tool}"
      wait 1m-3m
      repeat 5 every 10s-60s s3:ListBuckets as {planted} from {lair} agent "{tool}"
      find events where name=CreateAccessKey as k then key=k.newkey and ip != k.ip within 1d

    ask made key {planted}
      say Which access key did the function make?
      hint Look for calls that make keys, and worked.
      way events where name=CreateAccessKey and ok | select time, who, ip, newkey
    ask function name {function}
      say Which function made it?
      hint A function's session bears the function's name.
      way events where name=CreateAccessKey and ok and type=AssumedRole | select time, user, role
    ask who who {dev}
      say With whose credentials was the function changed?
      hint Its code was changed twice. Once by the pipeline.
      way events where name="UpdateFunctionCode*" and about "{function}" | select time, user, key, ip
    ask when when {changed}
      say When was it changed?
      way events where name="UpdateFunctionCode*" and about "{function}" and ip={thief}
    ask account account {foreign}
      say Which account may call the function since then?
      way events where name="AddPermission*" | select time, user, req.functionName, req.principal
    ask from address {lair}
      say From which address is the new key used?
      way events where key={planted} | count by ip
    """#
}
