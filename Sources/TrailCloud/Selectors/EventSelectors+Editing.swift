// Changes of one part of a trail's selectors that leave the others: what `select` does. AWS replaces the whole list.

extension EventSelectors {
  /// These selectors with another say about management events.
  ///
  /// - Parameter kind: nil for none of them.
  package func settingManagement(
    _ kind: BasicSelector.ReadWriteType?, excluding sources: [String] = []
  ) -> EventSelectors {
    switch self {
    case .basic(var selectors):
      for index in selectors.indices {
        selectors[index].includesManagementEvents = false
        selectors[index].excludedSources = []
      }
      selectors.removeAll(where: \.dataResources.isEmpty)
      if let kind {
        if let place = selectors.firstIndex(where: { $0.readWriteType == kind }) {
          selectors[place].includesManagementEvents = true
          selectors[place].excludedSources = sources
        } else {
          var selector = BasicSelector()
          selector.readWriteType = kind
          selector.excludedSources = sources
          selectors.insert(selector, at: 0)
        }
      }
      if selectors.isEmpty {
        var nothing = BasicSelector()
        nothing.includesManagementEvents = false
        selectors = [nothing]
      }
      return .basic(selectors)
    case .advanced(let selectors):
      let others = selectors.filter { $0.category != .management }
      return .advanced(
        (kind.map { [AdvancedSelector.management($0, excluding: sources)] } ?? []) + others)
    }
  }

  /// These selectors with another say about data events.
  ///
  /// - Parameters:
  ///   - value: one resource as selectors name it; nil for all of the type.
  ///   - kind: nil takes what was said about it away.
  package func settingData(
    _ type: String, value: String?, _ kind: BasicSelector.ReadWriteType?
  ) -> EventSelectors {
    if case .basic(let selectors) = self, DataResource.types.contains(type) {
      return .basic(Self.settingData(type, value, kind, in: selectors))
    }
    var selectors = advancedForm
    selectors.removeAll { selector in
      guard selector.category == .data, selector.resourceType == type else { return false }
      guard let value else { return true }
      return selector["resources.ARN"]?.tests.contains { $0.values == [value] } ?? false
    }
    if let kind { selectors.append(.data(type, value: value, kind)) }
    return .advanced(selectors)
  }

  private static func settingData(
    _ type: String, _ value: String?, _ kind: BasicSelector.ReadWriteType?,
    in selectors: [BasicSelector]
  ) -> [BasicSelector] {
    var selectors = selectors
    let new = value ?? DataResource.allValue(of: type)
    for index in selectors.indices {
      for place in selectors[index].dataResources.indices
      where selectors[index].dataResources[place].type == type {
        if value == nil {
          selectors[index].dataResources[place].values = []
        } else {
          selectors[index].dataResources[place].values.removeAll { $0 == new }
        }
      }
      selectors[index].dataResources.removeAll { $0.type == type && $0.values.isEmpty }
    }
    selectors.removeAll { !$0.includesManagementEvents && $0.dataResources.isEmpty }
    guard let kind else { return selectors }
    let place: Int
    if let found = selectors.firstIndex(where: { $0.readWriteType == kind }) {
      place = found
    } else {
      var selector = BasicSelector()
      selector.readWriteType = kind
      selector.includesManagementEvents = false
      selectors.append(selector)
      place = selectors.count - 1
    }
    if let resource = selectors[place].dataResources.firstIndex(where: { $0.type == type }) {
      selectors[place].dataResources[resource].values.append(new)
    } else {
      selectors[place].dataResources.append(DataResource(type: type, values: [new]))
    }
    return selectors
  }

  /// These selectors with the network activity events of a source.
  package func addingNetwork(_ source: String, deniedOnly: Bool) -> EventSelectors {
    var selectors = advancedForm.filter {
      !($0.category == .networkActivity && $0["eventSource"]?.tests.first?.values == [source])
    }
    var fields = [
      FieldSelector.equals("eventCategory", EventCategory.networkActivity.rawValue),
      .equals("eventSource", source),
    ]
    if deniedOnly { fields.append(.equals("errorCode", "VpceAccessDenied")) }
    selectors.append(AdvancedSelector(fields: fields))
    return .advanced(selectors)
  }

  /// The same in advanced selectors.
  package var advancedForm: [AdvancedSelector] {
    switch self {
    case .advanced(let selectors): selectors
    case .basic(let selectors):
      selectors.flatMap { selector in
        let management =
          selector.includesManagementEvents
          ? [
            AdvancedSelector.management(
              selector.readWriteType, excluding: selector.excludedSources)
          ] : []
        return management
          + selector.dataResources.flatMap { resource in
            resource.values.map { value in
              .data(
                resource.type, value: DataResource.meansAll(value) ? nil : value,
                selector.readWriteType)
            }
          }
      }
    }
  }
}

extension DataResource {
  /// The value that means all resources of a type.
  static func allValue(of type: String) -> String {
    switch type {
    case "AWS::S3::Object": "arn:aws:s3"
    case "AWS::Lambda::Function": "arn:aws:lambda"
    default: "arn:aws:dynamodb"
    }
  }
}

extension FieldSelector {
  static func equals(_ field: String, _ value: String) -> FieldSelector {
    FieldSelector(field: field, tests: [Test(.equals, [value])])
  }

  fileprivate static func readOnly(_ kind: BasicSelector.ReadWriteType) -> [FieldSelector] {
    switch kind {
    case .all: []
    case .readOnly: [.equals("readOnly", "true")]
    case .writeOnly: [.equals("readOnly", "false")]
    }
  }
}

extension AdvancedSelector {
  static func management(
    _ kind: BasicSelector.ReadWriteType, excluding sources: [String]
  ) -> AdvancedSelector {
    var fields = [FieldSelector.equals("eventCategory", EventCategory.management.rawValue)]
    fields += FieldSelector.readOnly(kind)
    if !sources.isEmpty {
      fields.append(
        FieldSelector(
          field: "eventSource", tests: [FieldSelector.Test(.notEquals, sources)]))
    }
    return AdvancedSelector(fields: fields)
  }

  /// Objects of S3 are named by what their ARNs begin with, everything else by its ARN.
  static func data(
    _ type: String, value: String?, _ kind: BasicSelector.ReadWriteType
  ) -> AdvancedSelector {
    var fields = [
      FieldSelector.equals("eventCategory", EventCategory.data.rawValue),
      .equals("resources.type", type),
    ]
    fields += FieldSelector.readOnly(kind)
    if let value {
      let isPrefix = type == "AWS::S3::Object" || value.hasSuffix("/")
      fields.append(
        FieldSelector(
          field: "resources.ARN",
          tests: [FieldSelector.Test(isPrefix ? .startsWith : .equals, [value])]))
    }
    return AdvancedSelector(fields: fields)
  }
}
