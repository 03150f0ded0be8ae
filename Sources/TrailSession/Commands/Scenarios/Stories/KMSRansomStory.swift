extension StoryTexts {
  static let kmsRansom = #"""
    title Locked from outside
    brief Since some hours nobody can open the files in s3://{vault}: S3 says that a key may not be used, and \
      the key is \
      none of ours. One of our own keys is about to be deleted as well. Find out who did it, and what must be \
      stopped \
      before it is too late.
    let owner = person
    let admin = person
    let neighbour = person
    let packer = robot repacker, archive-job
    let vault = fresh project-files, drawings, case-files
    let other = fresh old-invoices, web-archive
    let logs = fresh audit-logs
    let trail = fresh audit
    let foreign = account
    let lock = hex 12
    let thief = stranger
    let tool = agent old, go
    let key = key of owner
    let note = pick HOW-TO-GET-IT-BACK.txt, READ-ME-NOW.txt, YOUR-FILES.html
    scene define bucket {vault}
    scene define bucket {other}
    scene define bucket {logs}
    scene simulate s3:PutObject bucketName={vault} key=2025/doc-{n}.pdf as {owner} x 60
    scene simulate s3:PutObject bucketName={other} key=doc-{n}.pdf as {packer} x 40
    scene define trail {trail} to s3://{logs}
    scene select {trail} data s3 "arn:aws:s3:::{vault}/"
    scene select {trail} data s3 "arn:aws:s3:::{other}/"

    aside -30h Our keys
      call kms:CreateKey description=files as {admin} from {admin.desk} agent "{admin.agent}"
      keep ours = KeyMetadata.KeyId
      wait 20s-60s
      call kms:CreateKey description=test as {admin} from {admin.desk} agent "{admin.agent}"
      keep test = KeyMetadata.KeyId
    aside -9h {admin} throws a test key away
      tell From the office, with the longest waiting time.
      call kms:ScheduleKeyDeletion keyId={test} pendingWindowInDays=30 as {admin} from {admin.desk} agent \
        "{admin.agent}"
      find events where name=ScheduleKeyDeletion | select time, user, ip, req.keyId, req.pendingWindowInDays
    aside -6h The archive is packed anew
      tell Copies onto themselves, too, but with our own key.
      repeat 30-38 every 1s-3s s3:CopyObject bucketName={other} key=doc-{n}.pdf copySource={other}/doc-{n}.pdf \
        serverSideEncryption=aws:kms sSEKMSKeyId=arn:aws:kms:us-east-1:{me}:key/{ours} as {packer} from \
        {packer.desk} \
        agent "{packer.agent}"
      find events where name=CopyObject | count by user, bucket

    step The bucket is looked at
      call sts:GetCallerIdentity as {key} from {thief} agent "{tool}"
      mark began
      wait 20s-50s
      call s3:ListBuckets as {key} from {thief} agent "{tool}"
      wait 10s-40s
      call s3:GetBucketVersioning bucketName={vault} as {key} from {thief} agent "{tool}"
      wait 10s-30s
      call s3:PutBucketVersioning bucketName={vault} versioningConfiguration={"status":"Suspended"} as {key} \
        from {thief} agent "{tool}"
      wait 10s-30s
      call s3:DeleteBucketPolicy bucketName={vault} as {key} from {thief} agent "{tool}" error AccessDenied
      find events where about "{vault}" and management | timeline
    step Every object is encrypted again
      tell With a key of somebody else's account: whoever owns it may switch it off.
      wait 40s-2m
      repeat 45-60 as locked every 1s-2s s3:CopyObject bucketName={vault} key=2025/doc-{n}.pdf \
        copySource={vault}/2025/doc-{n}.pdf serverSideEncryption=aws:kms \
        sSEKMSKeyId=arn:aws:kms:us-east-1:{foreign}:key/8c1f0e52-3b7a-4d19-9e64-{lock} as {key} from {thief} agent \
        "{tool}"
      find events where name=CopyObject | burst 20 in 2m by user, ip, bucket
    step A note is left
      wait 5s-20s
      call s3:PutObject bucketName={vault} key={note} as {key} from {thief} agent "{tool}"
      mark demanded
      find events where bucket={vault} and name=PutObject
    step Our own key is to die
      tell Seven days is the shortest time that AWS allows. Until then it can be cancelled.
      wait 1m-3m
      call kms:ListKeys as {key} from {thief} agent "{tool}"
      wait 10s-30s
      call kms:DisableKey keyId={ours} as {key} from {thief} agent "{tool}" error AccessDeniedException
      wait 10s-30s
      call kms:ScheduleKeyDeletion keyId={ours} pendingWindowInDays=7 as {key} from {thief} agent "{tool}"
      mark doomed
      find events where name=ScheduleKeyDeletion | select time, user, ip, req.keyId, req.pendingWindowInDays

    ask who who {owner}
      say With whose credentials was it done?
      hint Two users copied many objects onto themselves. With which keys?
      way events where name=CopyObject | count by user, bucket, ip
    ask account account {foreign}
      say To which account belongs the key that locks the files?
      hint The copies name it.
      way events where name=CopyObject and bucket={vault} | limit 1
      why `open 1` shows the ARN of the KMS key in the request.
    ask key name {ours}
      say Which of our keys has to be saved?
      hint Two are scheduled for deletion. One of them for good reason.
      way events where name=ScheduleKeyDeletion | select time, user, ip, req.keyId
    ask when when {doomed}
      say When was its deletion scheduled?
      way events where name=ScheduleKeyDeletion and ip={thief}
      why Seven days later it is gone: kms:CancelKeyDeletion stops that.
    ask note name {note}
      say How is the object called that makes the demand?
      way events where bucket={vault} and name=PutObject and ip={thief} | select time, req.key
    ask began when {began}
      say When did the stranger come?
      way events where key={key} and ip={thief} | limit 1
    """#
}
