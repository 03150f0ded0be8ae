/// Events as a tree: each below the one that issued the credential with which it was done.
package struct ChainRows: Sendable {
  package struct Node: Sendable {
    package var event: EventReference
    /// The number of the node above; nil at the top.
    package var parent: Int?
    package var depth: Int
    /// False for events at the top of `follow`'s trees, which are shown but were done with no credential of the tree.
    package var isRow: Bool
    /// True where nothing above it in the tree came from its address.
    package var hasNewAddress = false
    package var hasNewAgent = false
  }

  package let snapshot: StoreSnapshot
  /// Each behind the one above it, and its branch before the next.
  package var nodes: [Node]

  /// The events that are rows of the answer.
  package var rows: EventRows {
    EventRows(snapshot: snapshot, references: nodes.filter(\.isRow).map(\.event))
  }

  /// The keys that the events of some nodes issued, as they are shown; nil where an event issued none.
  package func issuedKeys(of nodes: ArraySlice<Node>) -> [String?] {
    let fields = ChainFields(snapshot)
    return nodes.map { fields.issuedKey($0.event) }
  }
}
