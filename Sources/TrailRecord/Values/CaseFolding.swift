/// How text is compared when letter case does not count.
///
/// Each scalar is mapped by Unicode's simple lower-case mapping. ASCII folds only to ASCII, and a scalar beyond
/// ASCII never folds into it (the Kelvin sign stays itself): so a search for an ASCII text may look at bytes
/// alone. Bytes that are not UTF-8 stay as they are. The engine's folded hashes and every `=` agree on this.
@usableFromInline package enum CaseFolding {
  /// The lower-case form of an ASCII byte; any other byte as it is.
  @inlinable package static func fold(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// True if no byte is above 0x7F. O(count), eight bytes at a time.
  @inlinable package static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = unsafe UnsafeRawPointer(bytes.baseAddress) else { return true }
    var offset = 0
    while offset &+ 8 <= bytes.count {
      let word = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if word & 0x8080_8080_8080_8080 != 0 { return false }
      offset &+= 8
    }
    while offset < bytes.count {
      if unsafe bytes[offset] >= 0x80 { return false }
      offset &+= 1
    }
    return true
  }

  /// Appends the folded form of `bytes` to `output`. O(count).
  @inlinable package static func fold(
    _ bytes: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]
  ) {
    if unsafe isASCII(bytes) {
      unsafe output.append(contentsOf: bytes)
      let start = output.count - bytes.count
      unsafe output.withUnsafeMutableBufferPointer { buffer in
        for index in start..<buffer.count { unsafe buffer[index] = fold(buffer[index]) }
      }
    } else {
      unsafe foldUnicode(bytes, into: &output)
    }
  }

  /// The folded UTF-8 of `text`.
  package static func folded(_ text: String) -> [UInt8] {
    var output: [UInt8] = []
    var text = text
    text.withUTF8 { unsafe fold($0, into: &output) }
    return output
  }

  /// The folded form of `bytes`.
  package static func folded(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    unsafe bytes.withUnsafeBufferPointer { unsafe fold($0, into: &output) }
    return output
  }

  /// The folded form of one scalar.
  package static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.isASCII { return Unicode.Scalar(fold(UInt8(scalar.value))) }
    let mapped = scalar.properties.lowercaseMapping.unicodeScalars
    guard let first = mapped.first, mapped.count == 1, !first.isASCII else { return scalar }
    return first
  }

  @usableFromInline static func foldUnicode(
    _ bytes: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]
  ) {
    var offset = 0
    while offset < bytes.count {
      let byte = unsafe bytes[offset]
      if byte < 0x80 {
        output.append(fold(byte))
        offset += 1
      } else if let (scalar, width) = unsafe decode(bytes, at: offset) {
        output.append(contentsOf: String(fold(scalar)).utf8)
        offset += width
      } else {
        output.append(byte)
        offset += 1
      }
    }
  }

  /// The scalar that starts at `offset` and its width, or nil where the bytes are not UTF-8.
  package static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int
  ) -> (scalar: Unicode.Scalar, width: Int)? {
    let lead = unsafe bytes[offset]
    let width: Int
    var value: UInt32
    switch lead {
    case 0x00..<0x80: return (Unicode.Scalar(lead), 1)
    case 0xC2..<0xE0: (width, value) = (2, UInt32(lead & 0x1F))
    case 0xE0..<0xF0: (width, value) = (3, UInt32(lead & 0x0F))
    case 0xF0..<0xF5: (width, value) = (4, UInt32(lead & 0x07))
    default: return nil
    }
    guard offset + width <= bytes.count else { return nil }
    for step in 1..<width {
      let next = unsafe bytes[offset + step]
      guard next & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(next & 0x3F)
    }
    let smallest: UInt32 = width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000
    guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, width)
  }
}
