internal import CCrypto

/// An RSA key of 2048 bits that a seed makes: the same seed gives the same key.
///
/// libcrypto makes keys from the system's randomness only, so the primes are searched for here, over its arithmetic.
/// They are prime beyond doubt for this purpose and no secret: whoever knows the seed knows the key.
package final class SigningKey {
  /// DER of PKCS#1's RSAPublicKey, which ListPublicKeys gives (facts §8.4).
  package let publicKey: [UInt8]
  /// MD5 of `publicKey` in hexadecimal (facts §8.4).
  package let fingerprint: String
  private let key: OpaquePointer

  /// - Complexity: some hundredths of a second.
  package init(source: some RandomNumberGenerator) {
    var source = source
    guard let numbers = RSANumbers(&source), let key = numbers.makeKey() else {
      preconditionFailure("libcrypto cannot make a key")
    }
    self.key = key
    publicKey = numbers.publicKeyDER()
    numbers.free()
    fingerprint = Encoding.hex(Hash.md5(publicKey))
  }

  deinit { EVP_PKEY_free(key) }

  /// RSASSA-PKCS1-v1_5 with SHA-256: 256 bytes.
  package func sign(_ message: [UInt8]) -> [UInt8] {
    guard let context = EVP_MD_CTX_new() else {
      preconditionFailure("no memory to sign with")
    }
    defer { EVP_MD_CTX_free(context) }
    var signature = [UInt8](repeating: 0, count: 256)
    var count = signature.count
    let done =
      EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1
      && EVP_DigestSign(context, &signature, &count, message, message.count) == 1
    precondition(done && count == 256, "libcrypto cannot sign")
    return signature
  }

  /// Whether a signature of a message is one of this public key's.
  package static func verifies(
    _ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]
  ) -> Bool {
    var key: OpaquePointer?
    let loaded: Bool = publicKey.withUnsafeBufferPointer { buffer in
      var place = buffer.baseAddress
      key = d2i_PublicKey(EVP_PKEY_RSA, nil, &place, buffer.count)
      return key != nil
    }
    guard loaded, let context = EVP_MD_CTX_new() else { return false }
    defer {
      EVP_MD_CTX_free(context)
      EVP_PKEY_free(key)
    }
    return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}

/// The numbers of an RSA key.
private struct RSANumbers {
  private static let exponent: UInt = 65_537
  private static let primeBits = 1024
  private static let smallPrimes: [UInt] = {
    // Enough to leave few candidates for the costly test.
    let limit = 20_000
    var isComposite = [Bool](repeating: false, count: limit)
    var primes: [UInt] = []
    for number in 2..<limit where !isComposite[number] {
      primes.append(UInt(number))
      for multiple in stride(from: number * number, to: limit, by: number) {
        isComposite[multiple] = true
      }
    }
    return Array(primes.dropFirst())
  }()

  private let context: OpaquePointer
  private let n, e, d, p, q, dp, dq, qInverse: OpaquePointer

  init?(_ source: inout some RandomNumberGenerator) {
    guard let context = BN_CTX_new(),
      let n = BN_new(), let e = BN_new(), let d = BN_new(),
      let dp = BN_new(), let dq = BN_new(), let inverse = BN_new(),
      let minusP = BN_new(), let minusQ = BN_new(), let phi = BN_new()
    else { return nil }
    BN_set_word(e, Self.exponent)
    guard let first = Self.prime(&source, context),
      let second = Self.prime(&source, context)
    else { return nil }
    let isOrdered = BN_cmp(first, second) > 0
    let p = isOrdered ? first : second
    let q = isOrdered ? second : first
    BN_mul(n, p, q, context)
    BN_copy(minusP, p)
    BN_sub_word(minusP, 1)
    BN_copy(minusQ, q)
    BN_sub_word(minusQ, 1)
    BN_mul(phi, minusP, minusQ, context)
    guard BN_mod_inverse(d, e, phi, context) != nil,
      BN_mod_inverse(inverse, q, p, context) != nil
    else { return nil }
    BN_div(nil, dp, d, minusP, context)
    BN_div(nil, dq, d, minusQ, context)
    BN_free(minusP)
    BN_free(minusQ)
    BN_free(phi)
    self.context = context
    (self.n, self.e, self.d) = (n, e, d)
    (self.p, self.q, self.dp, self.dq, qInverse) = (p, q, dp, dq, inverse)
  }

  /// A prime of 1024 bits whose two highest bits are set, and which does not divide by the exponent plus one.
  private static func prime(
    _ source: inout some RandomNumberGenerator, _ context: OpaquePointer
  ) -> OpaquePointer? {
    while true {
      var bytes: [UInt8] = []
      for _ in 0..<primeBits / 64 {
        let word = source.next()
        for shift in stride(from: 56, through: 0, by: -8) {
          bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
      }
      bytes[0] |= 0xC0
      bytes[bytes.count - 1] |= 1
      guard let candidate = BN_bin2bn(bytes, Int32(bytes.count), nil) else { return nil }
      if advanceToPrime(candidate, context) { return candidate }
      BN_free(candidate)
    }
  }

  /// Candidates are tried in steps of two within this distance of where the search begins.
  private static let reach: UInt = 1 << 16

  private static func advanceToPrime(_ candidate: OpaquePointer, _ context: OpaquePointer) -> Bool {
    let residues = smallPrimes.map { BN_mod_word(candidate, $0) }
    let exponentResidue = BN_mod_word(candidate, exponent)
    var last: UInt = 0
    for step in stride(from: UInt(0), to: reach, by: 2) {
      let hasSmallFactor = zip(smallPrimes, residues).contains { prime, residue in
        (residue + step) % prime == 0
      }
      if hasSmallFactor || (exponentResidue + step) % exponent == 1 { continue }
      BN_add_word(candidate, step - last)
      last = step
      if isProbablyPrime(candidate, context) { return true }
    }
    return false
  }

  /// Fermat's test to three bases: for random numbers of this size its errors are beyond counting.
  private static func isProbablyPrime(_ number: OpaquePointer, _ context: OpaquePointer) -> Bool {
    guard let base = BN_new(), let result = BN_new(), let power = BN_new()
    else { return false }
    defer {
      BN_free(base)
      BN_free(result)
      BN_free(power)
    }
    BN_copy(power, number)
    BN_sub_word(power, 1)
    for witness in [2, 3, 5] as [UInt] {
      BN_set_word(base, witness)
      guard BN_mod_exp(result, base, power, number, context) == 1,
        BN_is_one(result) == 1
      else { return false }
    }
    return true
  }

  func makeKey() -> OpaquePointer? {
    guard let builder = OSSL_PARAM_BLD_new() else { return nil }
    defer { OSSL_PARAM_BLD_free(builder) }
    // The builder keeps the names' addresses, so they must be literals.
    let parts: [(StaticString, OpaquePointer)] = [
      ("n", n), ("e", e), ("d", d),
      ("rsa-factor1", p), ("rsa-factor2", q),
      ("rsa-exponent1", dp), ("rsa-exponent2", dq),
      ("rsa-coefficient1", qInverse),
    ]
    for (name, number) in parts {
      let address = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
      guard OSSL_PARAM_BLD_push_BN(builder, address, number) == 1 else { return nil }
    }
    guard let parameters = OSSL_PARAM_BLD_to_param(builder) else { return nil }
    defer { OSSL_PARAM_free(parameters) }
    guard let maker = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { return nil }
    defer { EVP_PKEY_CTX_free(maker) }
    var key: OpaquePointer?
    guard EVP_PKEY_fromdata_init(maker) == 1,
      EVP_PKEY_fromdata(maker, &key, trailq_evp_pkey_keypair, parameters) == 1
    else { return nil }
    return key
  }

  /// `SEQUENCE { INTEGER n, INTEGER e }`.
  func publicKeyDER() -> [UInt8] {
    let content = Self.integer(n) + Self.integer(e)
    return [0x30] + Self.length(content.count) + content
  }

  private static func integer(_ number: OpaquePointer) -> [UInt8] {
    let count = (Int(BN_num_bits(number)) + 7) / 8
    var bytes = [UInt8](repeating: 0, count: count)
    BN_bn2bin(number, &bytes)
    if bytes.first.map({ $0 & 0x80 != 0 }) ?? true { bytes.insert(0, at: 0) }
    return [0x02] + length(bytes.count) + bytes
  }

  private static func length(_ count: Int) -> [UInt8] {
    if count < 0x80 { return [UInt8(count)] }
    if count < 0x100 { return [0x81, UInt8(count)] }
    return [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
  }

  func free() {
    for number in [n, e, d, p, q, dp, dq, qInverse] { BN_free(number) }
    BN_CTX_free(context)
  }
}
