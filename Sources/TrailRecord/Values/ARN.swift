/// An Amazon Resource Name taken apart.
package struct ARN: Hashable, Sendable {
  package var partition, service, region, account, resource: Substring

  /// Nil unless the text has the six parts of an ARN.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", !parts[5].isEmpty else { return nil }
    partition = parts[1]
    service = parts[2]
    region = parts[3]
    account = parts[4]
    resource = parts[5]
  }

  /// The last part of the resource's path: `bob` of `user/team/bob`, the session's name of an assumed role.
  package var lastName: Substring {
    let start = resource.lastIndex { $0 == "/" || $0 == ":" }
    return start.map { resource[resource.index(after: $0)...] } ?? resource
  }
}
