package import TrailCloud

/// What `set` changes and `settings` lists.
package struct Settings: Hashable, Sendable {
  package enum ErrorPolicy: String, Hashable, Sendable, CaseIterable {
    case stop, `continue`
  }
  package enum ColourPolicy: String, Hashable, Sendable, CaseIterable {
    case auto, on, off
  }
  package var output = OutputFormat.table
  package var timing = false
  /// `nil`: as wide as the reader's end.
  package var width: Int?
  package var colour = ColourPolicy.auto
  package var onError = ErrorPolicy.stop
  package var rows = OutputLimits.rowsInTable
  /// Where the simulated world takes all that looks random from.
  package var seed: UInt64 = 1
  package var account = CloudDefaults.account
  package var region = CloudDefaults.region
  package var memory = MemoryLimit.auto

  package init() {}
}

/// One setting: what help, completion, `set` and `settings` know of it.
package struct SettingDefinition: Sendable {
  package var name: String
  package var meaning: String
  /// What it can be, for completion and messages; free amounts are described in angle brackets.
  package var values: [String]
  /// True where it says how the simulated world begins, and so cannot change afterwards.
  var isFixedByWorld = false
  var read: @Sendable (Settings) -> String
  /// Changes the setting, or returns false where the value is none of the possible.
  var write: @Sendable (inout Settings, String) -> Bool
}

package enum SettingTable {
  package static let all: [SettingDefinition] = [
    SettingDefinition(
      name: "output", meaning: "how answers are written",
      values: OutputFormat.allCases.map(\.rawValue),
      read: { $0.output.rawValue },
      write: { settings, value in
        guard let format = OutputFormat(rawValue: value) else { return false }
        settings.output = format
        return true
      }),
    SettingDefinition(
      name: "timing", meaning: "say how long each answer took", values: ["on", "off"],
      read: { $0.timing ? "on" : "off" },
      write: { settings, value in
        guard let isOn = Switch(rawValue: value) else { return false }
        settings.timing = isOn == .on
        return true
      }),
    SettingDefinition(
      name: "width", meaning: "columns that a table may fill", values: ["auto", "<columns>"],
      read: { $0.width.map(String.init) ?? "auto" },
      write: { settings, value in
        if value == "auto" {
          settings.width = nil
          return true
        }
        guard let width = Int(value), OutputLimits.widths.contains(width) else { return false }
        settings.width = width
        return true
      }),
    SettingDefinition(
      name: "rows", meaning: "rows of a table that a screen shows", values: ["<number>"],
      read: { String($0.rows) },
      write: { settings, value in
        guard let rows = Int(value), rows > 0 else { return false }
        settings.rows = rows
        return true
      }),
    SettingDefinition(
      name: "colour", meaning: "colours in answers and messages",
      values: Settings.ColourPolicy.allCases.map(\.rawValue),
      read: { $0.colour.rawValue },
      write: { settings, value in
        guard let policy = Settings.ColourPolicy(rawValue: value) else { return false }
        settings.colour = policy
        return true
      }),
    SettingDefinition(
      name: "on_error", meaning: "whether a script goes on after an error",
      values: Settings.ErrorPolicy.allCases.map(\.rawValue),
      read: { $0.onError.rawValue },
      write: { settings, value in
        guard let policy = Settings.ErrorPolicy(rawValue: value) else { return false }
        settings.onError = policy
        return true
      }),
    SettingDefinition(
      name: "region", meaning: "the Region of simulated calls that name none",
      values: ["<region>"],
      read: { $0.region },
      write: { settings, value in
        guard (Regions.enabledByDefault + Regions.optIn).contains(value) else { return false }
        settings.region = value
        return true
      }),
    SettingDefinition(
      name: "account", meaning: "the account of simulated calls that name none",
      values: ["<12 digits>"],
      read: { $0.account },
      write: { settings, value in
        guard value.utf8.count == 12, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
          return false
        }
        settings.account = value
        return true
      }),
    SettingDefinition(
      name: "memory", meaning: "memory after which no more events are taken in",
      values: ["auto", "<size from 64M>"],
      read: { $0.memory.text },
      write: { settings, value in
        guard let limit = MemoryLimit(value) else { return false }
        settings.memory = limit
        return true
      }),
    SettingDefinition(
      name: "seed", meaning: "the number from which all simulated ids and keys come",
      values: ["<number>"], isFixedByWorld: true,
      read: { String($0.seed) },
      write: { settings, value in
        guard let seed = UInt64(value) else { return false }
        settings.seed = seed
        return true
      }),
  ]

  /// The setting of that name; the American spelling of `colour` is understood.
  package static func find(_ name: String) -> SettingDefinition? {
    let name = name.lowercased()
    return all.first { $0.name == (name == "color" ? "colour" : name) }
  }

  private enum Switch: String {
    case on, off
  }
}
