internal import TrailRecord

/// What clients say of themselves.
enum UserAgents {
  /// The agent of a call that names none: the command-line client, or the console.
  static func usual(for operation: APIOperation, isFromConsole: Bool) -> String {
    if operation.eventSource == "signin.amazonaws.com" || isFromConsole {
      return
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
    }
    return
      "aws-cli/2.32.0 md/awscrt#0.28.4 ua/2.1 os/linux#6.12 md/arch#x86_64 lang/python#3.13.9 "
      + "md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off "
      + "md/command#\(operation.service).\(kebab(operation.name))"
  }

  /// `DeleteBucket` as the command line spells it: `delete-bucket`.
  private static func kebab(_ name: String) -> String {
    var text: [UInt8] = []
    var wasLower = false
    for byte in name.utf8 {
      let isUpper = UInt8(ascii: "A") <= byte && byte <= UInt8(ascii: "Z")
      if isUpper && wasLower { text.append(UInt8(ascii: "-")) }
      text.append(isUpper ? byte | 0x20 : byte)
      wasLower = !isUpper && byte != UInt8(ascii: "-")
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// `tlsDetails` of a call that comes straight from a client (facts §1.1).
enum TLSDetails {
  static func of(_ operation: APIOperation, region: RegionName, host: String?) -> JSONValue {
    let name = operation.eventSource.prefix { $0 != "." }
    let header: String
    if let host {
      header = host
    } else if name == "signin" {
      header = "signin.aws.amazon.com"
    } else if operation.globalRegion != nil {
      header = "\(name).amazonaws.com"
    } else {
      header = "\(name).\(region).amazonaws.com"
    }
    return [
      "tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
      "clientProvidedHostHeader": .string(header),
    ]
  }
}
