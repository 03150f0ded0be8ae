internal import CCrypto

/// AES-256-GCM.
package enum Sealing {
  private static let tagBytes = 16
  /// The bytes of a nonce.
  package static let nonceBytes = 12
  /// The bytes of a key.
  package static let keyBytes = 32

  /// The sealed bytes with the tag behind them.
  package static func seal(
    _ bytes: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]
  ) -> [UInt8] {
    guard let cipher = EVP_CIPHER_CTX_new() else {
      preconditionFailure("no memory to seal with")
    }
    defer { EVP_CIPHER_CTX_free(cipher) }
    var output = [UInt8](repeating: 0, count: bytes.count)
    var tag = [UInt8](repeating: 0, count: tagBytes)
    var count: Int32 = 0
    var rest: Int32 = 0
    let done =
      EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1
      && EVP_EncryptUpdate(cipher, nil, &rest, context, Int32(context.count)) == 1
      && EVP_EncryptUpdate(cipher, &output, &count, bytes, Int32(bytes.count)) == 1
      && EVP_EncryptFinal_ex(cipher, nil, &rest) == 1
      && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, Int32(tagBytes), &tag) == 1
    precondition(done, "libcrypto cannot seal")
    return output + tag
  }

  /// The bytes that were sealed; nil where a byte of them or of the context was changed.
  package static func open(
    _ sealed: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]
  ) -> [UInt8]? {
    guard sealed.count >= tagBytes, key.count == keyBytes, nonce.count == nonceBytes,
      let cipher = EVP_CIPHER_CTX_new()
    else { return nil }
    defer { EVP_CIPHER_CTX_free(cipher) }
    let bytes = Array(sealed.dropLast(tagBytes))
    var tag = Array(sealed.suffix(tagBytes))
    var output = [UInt8](repeating: 0, count: bytes.count)
    var count: Int32 = 0
    var rest: Int32 = 0
    let done =
      EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1
      && EVP_DecryptUpdate(cipher, nil, &rest, context, Int32(context.count)) == 1
      && EVP_DecryptUpdate(cipher, &output, &count, bytes, Int32(bytes.count)) == 1
      && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, Int32(tagBytes), &tag) == 1
      && EVP_DecryptFinal_ex(cipher, nil, &rest) == 1
    return done ? output : nil
  }
}
