namespace ModelOperator.CarbonBudgets;

/// <summary>Operators of a metav1.LabelSelectorRequirement.</summary>
public enum NamespaceOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
}
