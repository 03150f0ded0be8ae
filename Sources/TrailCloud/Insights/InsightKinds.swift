internal import TrailRecord

/// What Insights look at: calls or errors, of management or data events (facts §9.1).
struct InsightKinds: OptionSet, Hashable, Sendable {
  var rawValue: UInt8

  static let callRate = InsightKinds(rawValue: 1)
  static let errorRate = InsightKinds(rawValue: 2)
  static let dataCallRate = InsightKinds(rawValue: 4)
  static let dataErrorRate = InsightKinds(rawValue: 8)
  static let all: [InsightKinds] = [.callRate, .errorRate, .dataCallRate, .dataErrorRate]

  /// Whether data events are among what is looked at.
  var isOfData: Bool { !isDisjoint(with: [.dataCallRate, .dataErrorRate]) }

  var isOfErrors: Bool { self == .errorRate || self == .dataErrorRate }

  /// What a trail looks at while it logs.
  init(_ selectors: [InsightSelector]) {
    self = []
    for selector in selectors {
      let isOfErrors = selector.type == .errorRate
      for category in selector.effectiveCategories {
        switch category {
        case .management: insert(isOfErrors ? .errorRate : .callRate)
        case .data: insert(isOfErrors ? .dataErrorRate : .dataCallRate)
        case .networkActivity, .insight: break
        }
      }
    }
  }

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The kind of an Insight, from its details.
  init(details: JSONValue) {
    let isOfErrors =
      details["insightType"]?.text == InsightSelector.InsightType.errorRate.rawValue
    let isOfData = details["sourceEventCategory"]?.text == EventCategory.data.rawValue
    self =
      isOfData
      ? (isOfErrors ? .dataErrorRate : .dataCallRate) : (isOfErrors ? .errorRate : .callRate)
  }

  /// One kind in words, such as `call rates of management events`.
  var phrase: String {
    "\(isOfErrors ? "error" : "call") rates of \(isOfData ? "data" : "management") events"
  }
}

extension InsightSelector {
  /// The categories that were named, else management events.
  package var effectiveCategories: [EventCategory] {
    categories.isEmpty ? [.management] : categories
  }
}

/// What is counted apart from everything else.
struct InsightSeriesKey: Hashable, Sendable {
  var account: AccountID
  var region: RegionName
  /// The trail whose data events are counted; nil for management events, which are the account's.
  var trail: TrailID?
  var eventSource: String
  var eventName: String
  /// Nil where calls are counted, and not one of their errors.
  var errorCode: String?

  var kind: InsightKinds {
    switch (trail, errorCode) {
    case (nil, nil): .callRate
    case (nil, _?): .errorRate
    case (_?, nil): .dataCallRate
    case (_?, _?): .dataErrorRate
    }
  }
}
