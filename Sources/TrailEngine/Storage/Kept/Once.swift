import Synchronization

/// A value that is made when it is first asked for.
///
/// Two threads that ask at the same time may both make it; the first one stays.
final class Once<Value: Sendable>: Sendable {
  private final class Box: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }
  /// The address of a retained `Box`, or 0. Not `AtomicLazyReference`, whose every access looks up the box's type:
  /// hot loops come here.
  private let box = Atomic<UInt>(0)

  deinit {
    Self.reference(box.load(ordering: .acquiring))?.release()
  }

  @inline(__always)
  var known: Value? { Self.value(box.load(ordering: .acquiring)) }

  @inline(__always)
  func value(_ make: () -> Value) -> Value { known ?? made(make) }

  private func made(_ make: () -> Value) -> Value {
    let own = Unmanaged.passRetained(Box(make()))
    let (isOwn, other) = box.compareExchange(
      expected: 0, desired: UInt(bitPattern: own.toOpaque()), ordering: .acquiringAndReleasing)
    if isOwn { return own._withUnsafeGuaranteedRef { $0.value } }
    own.release()
    // The exchange failed because there is another, which stays as long as this object.
    return Self.value(other) ?? make()
  }

  @inline(__always)
  private static func value(_ box: UInt) -> Value? {
    reference(box)?._withUnsafeGuaranteedRef { $0.value }
  }

  @inline(__always)
  private static func reference(_ box: UInt) -> Unmanaged<Box>? {
    UnsafeRawPointer(bitPattern: box).map { Unmanaged<Box>.fromOpaque($0) }
  }
}
