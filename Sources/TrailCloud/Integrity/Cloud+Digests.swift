internal import TrailRecord
internal import TrailCrypto

// Hourly digests: what makes it evident that log files were changed or taken away (facts §8).

extension Cloud {
  /// The length of a digest's interval, in milliseconds.
  private static let hour: Int64 = 3_600_000
  /// A digest arrives 8 to 22 minutes after its interval ended (facts §8.2).
  private static let earliestPut: Int64 = 8 * 60_000
  private static let latestPut: Int64 = 22 * 60_000

  /// Called when validation or logging of a trail is switched on or off, or the trail goes away (facts §8.2).
  func digestChainChanged(of id: TrailID) {
    guard let trail = trails[id] else { return }
    let isOn = trail.isLogging && trail.validatesLogFiles && trail.deletionTime == nil
    let running = delivery.chains[id]?.firstIndex { !$0.isEnding }
    if isOn, running == nil {
      delivery.digestCount += 1
      let start = now / 1000 * 1000
      delivery.chains[id, default: []].append(
        DigestChain(number: delivery.digestCount, hour: start))
      schedule.add(
        .digest(ScheduledDigest(step: .make(trail: id, chain: delivery.digestCount))),
        at: start + Self.hour)
    } else if !isOn, let running {
      delivery.chains[id]?[running].isEnding = true
    }
  }

  /// Keeps a delivered file for the digest of the hour.
  func noteForDigest(_ file: DeliveredLogFile, stream: DeliveryState.Stream) {
    let place = DigestChain.Place(account: stream.account, region: stream.region)
    guard let last = delivery.chains[stream.trail]?.indices.last else { return }
    delivery.chains[stream.trail]?[last].files[place, default: []].append(file)
  }

  /// Forgets a file that did not reach its bucket after all.
  func forgetForDigest(_ key: String, stream: DeliveryState.Stream) {
    let place = DigestChain.Place(account: stream.account, region: stream.region)
    guard let last = delivery.chains[stream.trail]?.indices.last else { return }
    delivery.chains[stream.trail]?[last].files[place]?.removeAll { $0.key == key }
  }

  func run(_ task: ScheduledDigest) {
    switch task.step {
    case .make(let trail, let chain): makeDigests(of: trail, chain: chain)
    case .put(let number): putDigest(number)
    }
  }

  private func makeDigests(of id: TrailID, chain number: Int) {
    guard let trail = trails[id],
      let index = delivery.chains[id]?.firstIndex(where: { $0.number == number }),
      var chain = delivery.chains[id]?[index]
    else { return }
    let end = chain.hour + Self.hour
    var places = Set(digestPlaces(of: trail)).union(chain.files.keys)
    if chain.isEnding { places.formUnion(chain.last.keys) }
    for place in places.sorted(by: { ($0.account, $0.region) < ($1.account, $1.region) }) {
      makeDigest(of: trail, at: place, from: chain.hour, to: end, &chain)
    }
    chain.files = [:]
    chain.hour = end
    if chain.isEnding {
      delivery.chains[id]?.remove(at: index)
    } else {
      delivery.chains[id]?[index] = chain
      schedule.add(
        .digest(ScheduledDigest(step: .make(trail: id, chain: number))), at: end + Self.hour)
    }
  }

  /// The accounts and Regions that a trail covers: each gets a digest an hour, with or without files.
  private func digestPlaces(of trail: Trail) -> [DigestChain.Place] {
    var accounts = [trail.account]
    if trail.isOrganizationTrail, let organization = world.organization {
      accounts += organization.members
    }
    return accounts.flatMap { account in
      let regions =
        trail.isMultiRegion ? world.accounts[account]?.regions ?? [] : [trail.homeRegion]
      return regions.map { DigestChain.Place(account: account, region: $0) }
    }
  }

  private func makeDigest(
    of trail: Trail, at place: DigestChain.Place, from start: Int64, to end: Int64,
    _ chain: inout DigestChain
  ) {
    let folder = LogFileKey.place(
      trail, organization: world.organization?.id, account: place.account, folder: .digests,
      region: place.region)
    let objectKey = LogFileKey.digest(
      in: folder, account: place.account, region: place.region, trail: trail, end: end)
    let key = signingKey(for: place.region, at: end)
    let files = chain.files[place] ?? []
    let last = chain.last[place]
    func time(_ time: Int64?) -> JSONValue {
      time.map { .string(EventTime.format($0)) } ?? .null
    }
    func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    let body: JSONValue = [
      "awsAccountId": .string(place.account), "digestStartTime": time(start),
      "digestEndTime": time(end), "digestS3Bucket": .string(trail.bucket),
      "digestS3Object": .string(objectKey),
      "digestPublicKeyFingerprint": .string(key.fingerprint),
      "digestSignatureAlgorithm": "SHA256withRSA",
      "newestEventTime": time(files.map(\.newest).max()),
      "oldestEventTime": time(files.map(\.oldest).min()),
      "previousDigestS3Bucket": text(last?.bucket), "previousDigestS3Object": text(last?.key),
      "previousDigestHashValue": text(last?.hash),
      "previousDigestHashAlgorithm": last == nil ? .null : "SHA-256",
      "previousDigestSignature": text(last?.signature),
      "logFiles": .array(
        files.map { file in
          [
            "s3Bucket": .string(file.bucket), "s3Object": .string(file.key),
            "hashValue": .string(file.hash), "hashAlgorithm": "SHA-256",
            "newestEventTime": time(file.newest), "oldestEventTime": time(file.oldest),
          ]
        }),
    ]
    let bytes = JSONWriter.bytes(body)
    let hash = Encoding.hex(Hash.sha256(bytes))
    let signed = DigestSignature.text(
      end: EventTime.format(end), bucket: trail.bucket, key: objectKey, hash: hash,
      previous: last?.signature)
    let signature = Encoding.hex(key.sign(Array(signed.utf8)))
    chain.last[place] = DigestChain.Link(
      bucket: trail.bucket, key: objectKey, hash: hash, signature: signature)
    delivery.digestCount += 1
    delivery.digests[delivery.digestCount] = PendingDigest(
      trail: trail.id, bucket: trail.bucket, key: objectKey, bytes: Gzip.compress(bytes),
      signature: signature,
      since: now,
      place: DigestPlace(trail: trail.id, account: place.account, region: place.region), end: end)
    var source = IdentifierSource.branch(seed: configuration.seed, name: "digest/\(objectKey)")
    let delay =
      Self.earliestPut + Int64(source.next() % UInt64(Self.latestPut - Self.earliestPut)) / 1000
      * 1000
    schedule.add(
      .digest(ScheduledDigest(step: .put(delivery.digestCount))), at: end + delay)
  }

  private func putDigest(_ number: Int) {
    guard let digest = delivery.digests[number], var trail = trails[digest.trail] else { return }
    // The digest says where it lies: a trail that has moved meanwhile does not take it along.
    trail.bucket = digest.bucket
    do {
      try putAsCloudTrail(
        digest.bytes, key: digest.key, for: trail,
        metadata: [
          ("signature", digest.signature), ("signature-algorithm", "SHA256withRSA"),
        ])
      delivery.digests[number] = nil
      if delivery.newestDigests[digest.place].map({ $0.end < digest.end }) ?? true {
        delivery.newestDigests[digest.place] = (digest.end, digest.key)
      }
      happenings.wroteDigest(to: trail.bucket)
      trails.update(trail.id) { trail in
        trail.status.latestDigestDeliveryTime = now
        trail.status.latestDigestDeliveryError = nil
      }
    } catch {
      trails.update(trail.id) { $0.status.latestDigestDeliveryError = error.code }
      guard now - digest.since < DeliveryLimits.patience else {
        delivery.digests[number] = nil
        return
      }
      schedule.add(
        .digest(ScheduledDigest(step: .put(number))), at: now + DeliveryLimits.retry)
    }
  }

  /// Puts the digests that are made and wait: of one trail, or of all.
  func putWaitingDigests(of trail: TrailID?) {
    for number in delivery.digests.keys.sorted()
    where trail == nil || delivery.digests[number]?.trail == trail {
      putDigest(number)
    }
  }

  // MARK: Keys

  /// The key that signs a Region's digests at a time. Ours: each Region's periods begin at the same moments.
  func signingKey(for region: RegionName, at time: Int64) -> SigningKey {
    let period = SigningPeriod(region: region, number: time / SigningPeriod.length)
    if let use = delivery.signingKeys[period] { return use.key }
    let key = SigningKey(
      source: IdentifierSource.branch(
        seed: configuration.seed, name: "signing-key/\(region)/\(period.number)"))
    delivery.signingKeys[period] = SigningKeyUse(key: key)
    return key
  }

  /// The public keys whose private halves were used in a span of time (facts §8.4), oldest first.
  package func publicKeys(
    from start: Int64, to end: Int64, region: RegionName
  ) -> [PublicSigningKey] {
    delivery.signingKeys.filter {
      $0.key.region == region && $0.key.start <= end && $0.key.end > start
    }.sorted { $0.key.number < $1.key.number }.map { period, use in
      PublicSigningKey(
        der: use.key.publicKey, fingerprint: use.key.fingerprint, validFrom: period.start,
        validTo: period.end)
    }
  }
}

/// A public key as ListPublicKeys gives it.
package struct PublicSigningKey: Hashable, Sendable {
  /// PKCS#1's RSAPublicKey.
  package var der: [UInt8]
  package var fingerprint: String
  package var validFrom: Int64
  package var validTo: Int64

  /// `Value` on the wire.
  package var base64: String { Encoding.base64(der) }
}

/// What a digest's signature is made over (facts §8.3).
enum DigestSignature {
  static func text(
    end: String, bucket: String, key: String, hash: String, previous: String?
  ) -> String {
    "\(end)\n\(bucket)/\(key)\n\(hash)\n\(previous ?? "null")"
  }
}
