internal import TrailCloud

/// What could stand at a place in `define trail`, `alter trail` and `select`.
enum TrailCompletion {
  /// What follows the trail's name where a trail is defined or altered.
  static func options(_ site: ArgumentSite, isNew: Bool) -> [Completion.Candidate] {
    guard let last = site.words.last?.lowercased(), !site.words.isEmpty else {
      return isNew ? [] : TrailNouns.trailNames(site)
    }
    switch last {
    case "to": return WorldNames.buckets(site.session).map { Completion.Candidate("s3://\($0)") }
    case "region": return site.words.dropLast().last == "one" ? [] : WorldNames.regions()
    case "all": return [Completion.Candidate("regions")]
    case "one": return [Completion.Candidate("region")]
    case "kms": return aliases(site.session)
    case "role": return WorldNames.roles(site.session).map { Completion.Candidate($0) }
    case "no": return removable(isNew: isNew).map { Completion.Candidate($0) }
    case "logs": return LogCompletion.groups(site.session)
    case "notify": return NounCompletion.topics(site.session).map { Completion.Candidate($0) }
    case "prefix", "tags": return []
    default: break
    }
    if isNew, !site.words.contains("to") { return [Completion.Candidate("to", title: "to s3://…")] }
    let given = Set(site.words)
    return (TrailOptions.words + (isNew ? ["stopped"] : ["one region"])).compactMap { form in
      let word = String(form.prefix { $0 != " " })
      return given.contains(word) && word != "no" ? nil : Completion.Candidate(word, title: form)
    }
  }

  private static func removable(isNew: Bool) -> [String] {
    ["global", "validate", "recursive"]
      + (isNew ? [] : ["prefix", "kms", "notify", "logs", "organization", "tags"])
  }

  private static func aliases(_ session: Session) -> [Completion.Candidate] {
    guard let cloud = session.cloudIfBegun else { return [] }
    return cloud.keys.byARN.keys.sorted().flatMap { cloud.keys.aliases(of: $0) }
      .map { Completion.Candidate($0) }
  }

  /// What follows `select`.
  static func selection(_ site: ArgumentSite) -> [Completion.Candidate] {
    let words = site.words
    guard let trail = words.first, !trail.isEmpty else { return TrailNouns.trailNames(site) }
    guard words.count > 1 else {
      return ["management", "data", "network", "basic", "advanced"].map { Completion.Candidate($0) }
    }
    let kinds = ["read", "write", "all", "none"].map { Completion.Candidate($0) }
    switch words[1] {
    case "management":
      if words.last == "except" { return ["kms", "rdsdata"].map { Completion.Candidate($0) } }
      return words.count == 2
        ? kinds + [Completion.Candidate("except")]
        : words.contains("except") ? [] : [Completion.Candidate("except")]
    case "data" where words.count == 2:
      return ["s3", "lambda", "dynamodb", "AWS::"].map { Completion.Candidate($0) }
    case "data" where words.count == 3 && words[2] == "s3":
      return WorldNames.buckets(site.session).map {
        Completion.Candidate("arn:aws:s3:::\($0)/")
      } + kinds
    case "data": return kinds
    case "network" where words.count == 3: return [Completion.Candidate("denied")]
    default: return []
    }
  }
}
