extension EventSelectors {
  /// What is recorded, a phrase a selector: `management (write)`, `data of AWS::S3::Object: arn:aws:s3:::data/`.
  package var phrases: [String] {
    switch self {
    case .basic(let selectors): selectors.flatMap(\.phrases)
    case .advanced(let selectors): selectors.map(\.phrase)
    }
  }
}

extension BasicSelector.ReadWriteType {
  var phrase: String {
    switch self {
    case .all: "read and write"
    case .readOnly: "read"
    case .writeOnly: "write"
    }
  }
}

extension BasicSelector {
  var phrases: [String] {
    var result: [String] = []
    if includesManagementEvents {
      let except =
        excludedSources.isEmpty ? "" : " except \(excludedSources.joined(separator: ", "))"
      result.append("management events (\(readWriteType.phrase))\(except)")
    }
    result += dataResources.map { resource in
      let what = resource.values.map { DataResource.meansAll($0) ? "all" : $0 }
      return
        "data events of \(resource.type) (\(readWriteType.phrase)): \(what.isEmpty ? "none" : what.joined(separator: ", "))"
    }
    return result.isEmpty ? ["nothing"] : result
  }
}

extension AdvancedSelector {
  var phrase: String {
    let others = fields.filter { !["eventCategory", "resources.type"].contains($0.field) }
      .map { "\($0.field) \($0.text)" }
    let subject =
      "\(category?.phrase ?? "no") events" + (resourceType.map { " of \($0)" } ?? "")
    return others.isEmpty ? subject : "\(subject): \(others.joined(separator: "; "))"
  }
}
