internal import TrailRecord

/// The model of account management, as far as Regions go: which of them an account has switched on.
///
/// Ours: a Region is on or off at once; AWS takes minutes or hours.
extension Cloud {
  func performAccount(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    do {
      if try !changeRegions(call, &outcome) { return performGenerally(call) }
    } catch {
      outcome.error = error
    }
    return outcome
  }

  /// False where the model does not know the call: contacts and names.
  private func changeRegions(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    let account = call.text("AccountId") ?? call.account
    let regions = world.accounts[account]?.regions ?? []
    switch call.operation.name {
    case "EnableRegion", "DisableRegion":
      let name = try optInRegion(call)
      if call.operation.name == "EnableRegion" {
        _ = enableRegion(name, in: account)
      } else {
        world.accounts[account]?.regions.removeAll { $0 == name }
      }
    case "GetRegionOptStatus":
      let name = call.text("RegionName") ?? ""
      guard Regions.all.contains(name) else { throw Self.noRegion(name) }
      outcome.response = [
        "RegionName": .string(name), "RegionOptStatus": .string(Self.status(of: name, regions)),
      ]
    case "ListRegions":
      let wanted = call.parameters["RegionOptStatusContains"]?.texts ?? []
      let all = Regions.all.map { ($0, Self.status(of: $0, regions)) }
        .filter { wanted.isEmpty || wanted.contains($0.1) }
      outcome.response = [
        "Regions": .array(
          all.map { ["RegionName": .string($0), "RegionOptStatus": .string($1)] })
      ]
    default: return false
    }
    return true
  }

  private static func status(of region: RegionName, _ on: [RegionName]) -> String {
    if Regions.enabledByDefault.contains(region) { return "ENABLED_BY_DEFAULT" }
    return on.contains(region) ? "ENABLED" : "DISABLED"
  }

  private func optInRegion(_ call: ServiceCall) throws(AWSError) -> RegionName {
    let name = call.text("RegionName") ?? ""
    guard Regions.all.contains(name) else { throw Self.noRegion(name) }
    guard Regions.optIn.contains(name) else {
      throw AWSError(
        "ValidationException", "Region \(name) is enabled by default and cannot be changed.")
    }
    return name
  }

  private static func noRegion(_ name: String) -> AWSError {
    AWSError("ValidationException", "\(name) is not a valid AWS Region name.")
  }
}
