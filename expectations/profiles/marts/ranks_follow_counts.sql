select
    'victims_by_category' as mart,
    victims_by_category.year,
    victims_by_category.category as item,
    if(
        code_lists.code_group = 'missing', null,
        row_number() over (
            partition by victims_by_category.year
            order by
                code_lists.code_group is not distinct from 'missing' asc,
                victims_by_category.victims desc,
                code_lists.position asc
        )
    ) as expected,
    victims_by_category.rank as found
from marts.victims_by_category as victims_by_category
inner join codes.code_lists as code_lists
    on code_lists.list = 'category' and victims_by_category.category = code_lists.code
