extension StoryTexts {
  static let privilegeEscalation = #"""
    title More than was given
    brief A developer's account shows up in the list of those who read the production secrets, and developers \
      cannot do \
      that. Nobody attached a new policy to developers in the office, and the policies look as they always did. Find \
      out how the rights came, and how the trace was covered.
    let dev = person
    let admin = person
    let neighbour = person
    let policy = fresh developer-tools, team-baseline, build-access
    let plain = fresh network-readers, cost-readers
    let secret = pick prod/database, prod/payments, prod/ledger
    scene simulate secretsmanager:CreateSecret name={secret} secretString=x
    scene simulate iam:CreatePolicy policyName={policy} policyDocument='{"Version":"2012-10-17","Statement":[]}'
    scene simulate iam:CreatePolicy policyName={plain} policyDocument='{"Version":"2012-10-17","Statement":[]}'
    scene simulate iam:AttachUserPolicy userName={dev} policyArn=arn:aws:iam::{me}:policy/{policy}

    aside -6h {admin} changes a policy
      tell A new version from the office, of a policy that is attached to somebody else.
      call iam:CreatePolicyVersion policyArn=arn:aws:iam::{me}:policy/{plain} setAsDefault=true \
        policyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:Describe*"}]}' \
        as {admin} console mfa from {admin.desk}
      find events where name=CreatePolicyVersion
    aside -4h {neighbour} is refused
      repeat 3 every 20s-60s secretsmanager:GetSecretValue secretId={secret} as {neighbour} from {neighbour.desk} \
        agent "{neighbour.agent}" error AccessDeniedException

    step What may I do?
      tell Policies are read before they are changed.
      call iam:ListAttachedUserPolicies userName={dev} as {dev} from {dev.home} agent "{dev.agent}"
      mark began
      wait 20s-80s
      call iam:GetPolicy policyArn=arn:aws:iam::{me}:policy/{policy} as {dev} from {dev.home} agent "{dev.agent}"
      wait 10s-40s
      call iam:GetPolicyVersion policyArn=arn:aws:iam::{me}:policy/{policy} versionId=v1 as {dev} from {dev.home} \
        agent "{dev.agent}"
      find events where about "{policy}" | timeline
    step The straight way is closed
      wait 1m-4m
      call iam:AttachUserPolicy userName={dev} policyArn=arn:aws:iam::aws:policy/AdministratorAccess as {dev} \
        from {dev.home} agent "{dev.agent}" error AccessDenied
      wait 20s-60s
      call iam:PutUserPolicy userName={dev} policyName=mine policyDocument={} as {dev} from {dev.home} \
        agent "{dev.agent}" error AccessDenied
      wait 20s-60s
      call iam:AddUserToGroup groupName=admins userName={dev} as {dev} from {dev.home} agent "{dev.agent}" \
        error AccessDenied
      find events where denied and service=iam | count, values name by user
    step A new version of one's own policy
      tell Whoever may write versions of a policy that is attached to them may do everything, one call later.
      wait 3m-9m
      call iam:CreatePolicyVersion policyArn=arn:aws:iam::{me}:policy/{policy} setAsDefault=true \
        policyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*"}]}' \
        as {dev} from {dev.home} agent "{dev.agent}"
      mark raised
      find events where (denied and service=iam) then (name=CreatePolicyVersion and ok) within 1h by user
    step What it was for
      wait 1m-3m
      call secretsmanager:ListSecrets as {dev} from {dev.home} agent "{dev.agent}"
      wait 10s-40s
      call secretsmanager:GetSecretValue secretId={secret} as {dev} from {dev.home} agent "{dev.agent}"
      find events where name=GetSecretValue and ok and user={dev}
    step The old version comes back
      tell The policy looks as it always did. The history does not.
      wait 2m-6m
      call iam:SetDefaultPolicyVersion policyArn=arn:aws:iam::{me}:policy/{policy} versionId=v1 as {dev} \
        from {dev.home} agent "{dev.agent}"
      mark covered
      wait 4s-9s
      call iam:DeletePolicyVersion policyArn=arn:aws:iam::{me}:policy/{policy} versionId=v2 as {dev} \
        from {dev.home} agent "{dev.agent}"
      find events where about "{policy}" and write | timeline

    ask who who {dev}
      say Who gave themselves more rights?
      hint First some refusals in IAM, then something that worked.
      way events where (denied and service=iam) then (name=CreatePolicyVersion and ok) within 1h by user
    ask policy name {policy}
      say Which policy was changed for that?
      hint Two policies got a new version. Whose were they?
      way events where name=CreatePolicyVersion | select time, user, ip, req.policyArn
    ask when when {raised}
      say When did the rights come?
      way events where name=CreatePolicyVersion and user={dev}
    ask covered call SetDefaultPolicyVersion
      say Which operation put the policy back to what it was?
      hint Look at all that was written about the policy.
      way events where about "{policy}" and write and user={dev} | timeline
      why The new version was deleted afterwards, too; but it was this call that switched back.
    ask from address {dev.home}
      say From which address was it done?
      way events where user={dev} and name=CreatePolicyVersion | select time, ip
    """#
}
