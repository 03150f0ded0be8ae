extension StoryTexts {
  static let snapshotSharing = #"""
    title A copy of the disk
    brief The disk of the payroll machine never left the account: no object was copied and nobody logged in. All \
      the same \
      its contents are known outside. Find out how a disk travels without being read.
    let insider = person
    let admin = person
    let neighbour = person
    let keeper = robot snapshot-keeper, backup-job
    let partner = account
    let foreign = account

    aside -30h The disks
      tell Two volumes, one of them the payroll machine's.
      call ec2:CreateVolume availabilityZone=us-east-1a size=200 as {admin} from {admin.desk} agent "{admin.agent}"
      keep volume = VolumeId
      wait 20s-60s
      call ec2:CreateVolume availabilityZone=us-east-1b size=80 as {admin} from {admin.desk} agent "{admin.agent}"
      keep plain = VolumeId
      wait 20s-60s
      call ec2:CreateTags resourcesSet={"items":[{"resourceId":"{volume}"}]} \
        tagSet={"items":[{"key":"Name","value":"payroll"}]} as {admin} from {admin.desk} agent "{admin.agent}"
    aside -8h The nightly snapshot goes to the backup account
      tell Made by a program, and shared with the account that it is always shared with.
      call ec2:CreateSnapshot volumeId={volume} description=nightly as {keeper} from {keeper.desk} agent \
        "{keeper.agent}"
      keep nightly = SnapshotId
      wait 8m-12m
      call ec2:ModifySnapshotAttribute snapshotId={nightly} \
        createVolumePermission={"add":[{"userId":"{partner}"}]} as {keeper} from {keeper.desk} agent "{keeper.agent}"
      wait 5s-20s
      call ec2:CreateSnapshot volumeId={plain} description=nightly as {keeper} from {keeper.desk} agent \
        "{keeper.agent}"
      keep second = SnapshotId
      wait 4m-7m
      call ec2:ModifySnapshotAttribute snapshotId={second} \
        createVolumePermission={"add":[{"userId":"{partner}"}]} as {keeper} from {keeper.desk} agent "{keeper.agent}"
      find events where name=ModifySnapshotAttribute | count by user, req.createVolumePermission.add.items.userId

    step Which disk is it?
      call ec2:DescribeVolumes as {insider} from {insider.home} agent "{insider.agent}"
      mark began
      wait 30s-2m
      call ec2:DescribeTags as {insider} from {insider.home} agent "{insider.agent}"
      wait 30s-2m
      call ec2:GetPasswordData instanceId=i-0123456789abcdef0 as {insider} from {insider.home} agent \
        "{insider.agent}" \
        error Client.UnauthorizedOperation
      find events where user={insider} and ip={insider.home} | timeline
    step A snapshot of one's own
      wait 1m-3m
      call ec2:CreateSnapshot volumeId={volume} description="before the upgrade" as {insider} from {insider.home} \
        agent "{insider.agent}"
      keep snapshot = SnapshotId
      mark taken
      find events where name=CreateSnapshot | select time, user, ip, req.volumeId, resp.snapshotId
    step It is given away
      tell To everybody is refused; to one account is not.
      wait 9m-20m
      call ec2:ModifySnapshotAttribute snapshotId={snapshot} createVolumePermission={"add":[{"group":"all"}]} \
        as {insider} from {insider.home} agent "{insider.agent}" error Client.UnauthorizedOperation
      wait 1m-3m
      call ec2:ModifySnapshotAttribute snapshotId={snapshot} createVolumePermission={"add":[{"userId":"{foreign}"}]} \
        as {insider} from {insider.home} agent "{insider.agent}"
      mark shared
      find events where name=ModifySnapshotAttribute and ok | rare user
    step And it never was
      wait 35m-55m
      call ec2:ModifySnapshotAttribute snapshotId={snapshot} \
        createVolumePermission={"remove":[{"userId":"{foreign}"}]} \
        as {insider} from {insider.home} agent "{insider.agent}"
      wait 10s-40s
      call ec2:DeleteSnapshot snapshotId={snapshot} as {insider} from {insider.home} agent "{insider.agent}"
      find events where about "{snapshot}" | timeline

    ask who who {insider}
      say Who gave a copy away?
      hint Sharing a snapshot is ModifySnapshotAttribute. Who does that every night, and who did it once?
      way events where name=ModifySnapshotAttribute and ok | count by user, ip
    ask snapshot name {snapshot}
      say Which snapshot was it?
      way events where name=ModifySnapshotAttribute and user={insider} | select time, target, error
    ask volume name {volume}
      say Of which volume?
      hint The call that made the snapshot names the volume.
      way events where name=CreateSnapshot and user={insider} | select time, req.volumeId, resp.snapshotId
    ask account account {foreign}
      say With which account was it shared?
      hint Not the one that gets the nightly snapshots.
      way events where name=ModifySnapshotAttribute and user={insider} and ok and about "{foreign}"
      why `open 1` shows whom the permission was added for.
    ask when when {shared}
      say When was it shared?
      way events where name=ModifySnapshotAttribute and user={insider} and ok | limit 1
    """#
}
