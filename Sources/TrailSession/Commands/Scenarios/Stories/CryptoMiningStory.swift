extension StoryTexts {
  static let cryptoMining = #"""
    title Warm air
    brief The forecast of this month's bill has tripled since yesterday, and all of it is EC2. Our own machines \
      are small \
      and few. Find out who starts machines where we have none, with which key, and how they want to get into them.
    let runner = robot ci-deploy, ci-runner, build-bot
    let admin = person
    let neighbour = person
    let thief = stranger
    let tool = agent scanner, old
    let type = pick g5.12xlarge, p3.8xlarge, g4dn.12xlarge, c7i.24xlarge
    let pair = fresh default, admin, node
    let first = pick ap-southeast-1, ap-northeast-3
    let second = pick eu-west-2, ca-central-1
    let third = pick sa-east-1, ap-south-1
    let key = key of runner

    aside -11h The builds of a day
      tell Many machines, but small ones, in our Region, from the address that it always has.
      repeat 9-16 every 4m-20m ec2:RunInstances imageId=ami-0c1d2e3f4a5b6c7d8 instanceType=t3.medium minCount=1 \
        maxCount=1 \
        as {runner} from {runner.desk} agent "{runner.agent}"
      find events where name=RunInstances | count by user, region, req.instanceType
    aside -4h {admin} tries a big one
      tell Refused, in our Region, from the office: a plan for next year.
      call ec2:RunInstances imageId=ami-0c1d2e3f4a5b6c7d8 instanceType=m7i.8xlarge minCount=1 maxCount=1 \
        as {admin} from {admin.desk} agent "{admin.agent}" error Client.VcpuLimitExceeded

    step The key of the builds is in other hands
      call sts:GetCallerIdentity as {key} from {thief} agent "{tool}"
      mark began
      wait 10s-40s
      call iam:ListAttachedUserPolicies userName={runner} as {key} from {thief} agent "{tool}" error AccessDenied
      wait 10s-40s
      repeat 6 every 1s-4s ec2:DescribeRegions as {key} from {thief} agent "{tool}"
      find events where key={key} | count by ip, tool
    step How much can be had
      wait 20s-60s
      call servicequotas:ListServiceQuotas serviceCode=ec2 as {key} from {thief} agent "{tool}" in {first}
      wait 3s-9s
      call servicequotas:ListServiceQuotas serviceCode=ec2 as {key} from {thief} agent "{tool}" in {second}
      wait 3s-9s
      call ec2:CreateKeyPair keyName={pair} as {key} from {thief} agent "{tool}" in {second}
      wait 5s-20s
      call ec2:CreateSecurityGroup groupName={pair} description=x as {key} from {thief} agent "{tool}" in {second}
      find events where region={second} and write
    step The storm
      tell Where the quota says no, the next Region is tried.
      wait 30s-90s
      repeat 5 every 2s-6s ec2:RunInstances imageId=ami-0aa11bb22cc33dd44 instanceType={type} minCount=8 maxCount=16 \
        as {key} from {thief} agent "{tool}" in {first} error Client.VcpuLimitExceeded
      wait 4s-10s
      repeat 4 every 2s-6s ec2:RunInstances imageId=ami-0aa11bb22cc33dd44 instanceType={type} minCount=8 maxCount=16 \
        as {key} from {thief} agent "{tool}" in {third} error Client.InstanceLimitExceeded
      wait 4s-10s
      repeat 12-20 as storm every 3s-9s ec2:RunInstances imageId=ami-0aa11bb22cc33dd44 instanceType={type} \
        minCount=1 \
        maxCount=4 keyName={pair} as {key} from {thief} agent "{tool}" in {second}
      find events where name=RunInstances | burst 10 in 5m by key, ip
      find events where name=RunInstances | count by region, error, req.instanceType
    step The noise is covered
      wait 5m-12m
      repeat 3 every 5s-20s ec2:ModifyInstanceAttribute instanceId=i-0123456789abcdef0 \
        disableApiTermination={"value":true} as {key} from {thief} agent "{tool}" in {second}

    ask who who {runner}
      say In whose name are the machines started?
      hint Count who runs instances, and where.
      way events where name=RunInstances | count by user, region, req.instanceType
      why The same user as in the daytime, but other Regions and other machines.
    ask from address {thief}
      say From which address?
      hint The builds have one address all year.
      way events where name=RunInstances | count by user, ip
    ask when when {began}
      say When did the stranger first use the key?
      hint Not with RunInstances.
      way events where key={key} and ip={thief} | limit 1
      why The first question is always: whose key is this?
    ask region name {second}
      say In which Region do the machines run?
      hint Three were tried, and two refused.
      way events where name=RunInstances and ok | count by region
    ask type name {type}
      say Of which type are they?
      way events where name=RunInstances and ok and ip={thief} | count by req.instanceType
    ask pair name {pair}
      say Which key pair opens them?
      hint It was made in the same Region a little before.
      way events where name=CreateKeyPair | select time, user, region, req.keyName
    """#
}
