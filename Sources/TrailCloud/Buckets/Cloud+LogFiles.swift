internal import TrailCrypto

// Log files as a reader of the bucket finds them.

extension Cloud {
  /// The keys of a trail's log files, digests left out, in the order of their bytes.
  package func logFileKeys(of trail: Trail) -> [String] {
    let prefix = trail.keyPrefix.map { $0.isEmpty ? "" : "\($0)/" } ?? ""
    let keys = (try? storage.keys(in: trail.bucket, prefix: "\(prefix)AWSLogs/")) ?? []
    return keys.filter { $0.hasSuffix(".json.gz") && !$0.contains("/CloudTrail-Digest/") }
  }

  /// What tells one version of an object from another; nil where there is none.
  package func stamp(of key: String, in bucket: String) -> String? {
    try? storage.stamp(key, in: bucket)
  }

  /// Why an object cannot be read now, as far as that can be told without reading it: its key of KMS.
  package func refusalOfReading(_ key: String, in bucket: String) -> AWSError? {
    guard let headers = try? storage.headers(key, in: bucket), let keyARN = headers.kmsKeyARN,
      headers.envelope != nil
    else { return nil }
    do {
      _ = try usableKey(keyARN)
      return nil
    } catch { return error }
  }

  /// Paths on disk from which log files can be read: their own, or copies of those that are sealed.
  ///
  /// - Parameter copies: a folder for the copies; `removeCopies` removes them.
  package func openLogFiles(
    _ keys: [String], in bucket: String, copiesTo copies: String
  ) -> OpenedLogFiles {
    var opened = OpenedLogFiles()
    let folder = storage.folder(of: bucket)
    for (number, key) in keys.enumerated() {
      let isSealed = (try? storage.headers(key, in: bucket))?.envelope != nil
      if let folder, !isSealed {
        opened.paths.append("\(folder)/\(key)")
        opened.keys.append(key)
        continue
      }
      do {
        let object = try readObject(key, in: bucket)
        let name = key.split(separator: "/").last.map(String.init) ?? "\(number)"
        let path = "\(copies)/\(name)"
        do {
          try FolderStorage.write(object.bytes, to: path)
          opened.paths.append(path)
          opened.keys.append(key)
          opened.copies.append(path)
        } catch {
          opened.unreadable.append((key, AWSError("InternalError", error.reason)))
        }
      } catch {
        opened.unreadable.append((key, error))
      }
    }
    return opened
  }

  /// Removes the copies that `openLogFiles` made.
  package func removeCopies(_ paths: [String]) { FolderStorage.remove(paths) }
}

/// Log files that can be read from disk.
package struct OpenedLogFiles {
  package var paths: [String] = []
  /// The key of each.
  package var keys: [String] = []
  /// Those of the paths that are copies.
  package var copies: [String] = []
  package var unreadable: [(key: String, error: AWSError)] = []
}
